import CLibevent
import Glibc

/// Settings and figures of the C library's allocator, for the whole process.
public enum Heap {
  /// Keeps up to `bytes` of freed memory at the end of the heap, and allocates blocks of up to an eighth of that on the
  /// heap. With the defaults, each large response returns its pages to the kernel and the next one causes page faults.
  ///
  /// Disables fast bins, so that small blocks are merged when they are freed. With fast bins, hundreds of thousands of
  /// blocks are merged at once, which blocks the loop for 40 ms.
  public static func retainFreedMemory(upTo bytes: Int32) {
    mallopt(M_MXFAST, 0)
    mallopt(M_TRIM_THRESHOLD, bytes)
    mallopt(M_MMAP_THRESHOLD, bytes / 8)
  }

  /// Returns freed memory to the kernel. Takes milliseconds; useful after a large amount was freed.
  public static func trim() {
    malloc_trim(0)
  }

  /// Number of allocated bytes.
  public static var bytesInUse: Int {
    let info = mallinfo2()
    return Int(info.uordblks) + Int(info.hblkhd)
  }
}

/// The mapped pages of the executable file.
public enum ExecutablePages {
  /// Releases the pages that are not writable; the kernel maps a page again, from the page cache, on its next access. Most
  /// of the code that runs during the start, such as argument parsing and fixture loading, is not used again.
  public static func release() {
    guard let table = UnsafePointer<Elf64_Phdr>(bitPattern: getauxval(UInt(AT_PHDR))) else { return }
    let headers = UnsafeBufferPointer(start: table, count: Int(getauxval(UInt(AT_PHNUM))))
    // The load address of a position-independent executable: the difference between the address of the program header
    // table and the address that the table specifies for itself.
    let base = headers.first { $0.p_type == UInt32(PT_PHDR) }.map { UInt(bitPattern: table) - UInt($0.p_vaddr) } ?? 0
    for header in headers where header.p_type == UInt32(PT_LOAD) { release(header, loadedAt: base) }
  }

  /// Releases a segment unless it is writable: modified pages exist only in memory.
  private static func release(_ header: Elf64_Phdr, loadedAt base: UInt) {
    guard header.p_flags & UInt32(PF_W) == 0 else { return }
    let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
    let start = (base + UInt(header.p_vaddr) + page - 1) / page * page
    let end = (base + UInt(header.p_vaddr) + UInt(header.p_memsz)) / page * page
    guard start < end else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
  }
}
