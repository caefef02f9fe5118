import CLibevent

/// What the C library does with memory that was freed, for the whole process.
public enum FreedMemory {
  /// Keeps up to so many bytes, and takes blocks of up to an eighth of that from them. By default every long answer gives
  /// its pages back to the system, and the next one faults them in again.
  ///
  /// Small blocks are put together with their neighbours as they are freed. By default that is put off, for hundreds of
  /// thousands of them at once: nobody would be answered for forty milliseconds.
  public static func keep(_ bytes: Int32) {
    mallopt(M_MXFAST, 0)
    mallopt(M_TRIM_THRESHOLD, bytes)
    mallopt(M_MMAP_THRESHOLD, bytes / 8)
  }

  /// Gives the pages of all that was freed back to the system, which takes milliseconds: for when much was.
  public static func giveBack() {
    malloc_trim(0)
  }

  /// What is allocated and not freed, in bytes.
  public static var inUse: Int {
    let info = mallinfo2()
    return Int(info.uordblks) + Int(info.hblkhd)
  }
}
