import CLibevent
import Glibc

/// What the C library does with memory that was freed, for the whole process.
public enum Heap {
  /// Keeps up to so many bytes, and takes blocks of up to an eighth of that from them. By default every long answer gives
  /// its pages back to the system, and the next one faults them in again.
  ///
  /// Small blocks are put together with their neighbours as they are freed. By default that is put off, for hundreds of
  /// thousands of them at once: nobody would be answered for forty milliseconds.
  public static func retainFreedMemory(upTo bytes: Int32) {
    mallopt(M_MXFAST, 0)
    mallopt(M_TRIM_THRESHOLD, bytes)
    mallopt(M_MMAP_THRESHOLD, bytes / 8)
  }

  /// Gives the pages of all that was freed back to the system, which takes milliseconds: for when much was.
  public static func trim() {
    malloc_trim(0)
  }

  /// What is allocated and not freed, in bytes.
  public static var bytesInUse: Int {
    let info = mallinfo2()
    return Int(info.uordblks) + Int(info.hblkhd)
  }
}

/// The pages of the program's own file that this process has mapped.
public enum ExecutablePages {
  /// Lets go of all of them: those that are needed again come back from the system's cache by themselves, sixteen at a
  /// time. Most of what a start runs through, such as the reading of arguments and fixtures, is not.
  public static func release() {
    guard let table = UnsafePointer<Elf64_Phdr>(bitPattern: getauxval(UInt(AT_PHDR))) else { return }
    let headers = UnsafeBufferPointer(start: table, count: Int(getauxval(UInt(AT_PHNUM))))
    // Where a program that may lie anywhere lies: its table says where the table itself was meant to be.
    let base = headers.first { $0.p_type == UInt32(PT_PHDR) }.map { UInt(bitPattern: table) - UInt($0.p_vaddr) } ?? 0
    for header in headers where header.p_type == UInt32(PT_LOAD) { release(header, loadedAt: base) }
  }

  /// Only what cannot be written: a page that was written is nowhere else.
  private static func release(_ header: Elf64_Phdr, loadedAt base: UInt) {
    guard header.p_flags & UInt32(PF_W) == 0 else { return }
    let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
    let start = (base + UInt(header.p_vaddr) + page - 1) / page * page
    let end = (base + UInt(header.p_vaddr) + UInt(header.p_memsz)) / page * page
    guard start < end else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
  }
}
