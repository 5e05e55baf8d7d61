package io.imagetools.collector.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file whose content changes all at once: a reader, or a crash, finds the old content or the new
 * one. Only a regular file is ever replaced or deleted; through a symbolic link it is the file that
 * the link names. Not thread-safe; of several processes that write the same file the last wins,
 * unless they {@linkplain #claim claim} it.
 */
final class ReplacedFile {

  /** What writes the content. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Opens the file that takes the new content; a test makes a full disk of it. */
  @FunctionalInterface
  interface Opener {
    FileChannel create(Path file) throws IOException;
  }

  private static final int MAX_LINKS = 40;

  /** No other, or a line that can't be used would be two that can. */
  private static final Pattern LINE_END = Pattern.compile("\r?\n");

  private final Path name;
  private final String what;
  private final Opener opener;

  /**
   * Names the file; nothing is touched yet.
   *
   * @param what the file is to a person, the subject of a sentence: "the failed list"
   */
  ReplacedFile(Path name, String what) {
    this(
        name,
        what,
        file -> FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  ReplacedFile(Path name, String what, Opener opener) {
    this.name = name;
    this.what = what;
    this.opener = opener;
  }

  Path name() {
    return name;
  }

  /**
   * Whether a write would probably succeed. Leaves everything as it is.
   *
   * @throws OutputException if it would not
   */
  void check() throws OutputException {
    Path file = target();
    if (isNullDevice(file)) {
      return;
    }
    refuseOtherThanFile(file);
    if (Files.exists(file) && !Files.isWritable(file)) {
      throw failed(
          "can't be written: this user may not change it (allow it, or name another one)", null);
    }
    if (MountTable.hasMounted(file)) {
      throw failed("is a mount point and can't be replaced: mount its directory instead", null);
    }
    Path trial = besides(file);
    try {
      opener.create(trial).close();
    } catch (IOException e) {
      throw failed("can't be written: " + reason(e), e);
    } finally {
      discard(trial);
    }
  }

  /**
   * Keeps other processes that ask for it from writing the file.
   *
   * @throws OutputException if another process has it
   */
  OutputClaim claim() throws OutputException {
    Path file = target();
    if (isNullDevice(file)) {
      return OutputClaim.none();
    }
    return OutputClaim.on(file)
        .orElseThrow(
            () ->
                failed(
                    "is being written by another image-tools: wait for its end, or give another"
                        + " name to -o",
                    null));
  }

  /**
   * Puts the content in place of what is there.
   *
   * @throws OutputException if that fails; then what was there is still there
   */
  void replace(Content content) throws OutputException {
    Path file = target();
    if (isNullDevice(file)) {
      return;
    }
    refuseOtherThanFile(file);
    Path fresh = besides(file);
    try {
      write(fresh, content);
      keepPermissions(file, fresh);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      syncDirectory(file);
    } catch (IOException e) {
      throw failed("was not written: " + reason(e) + "; what was there before is still there", e);
    } finally {
      discard(fresh);
    }
  }

  /**
   * Its lines without empty ones; none if it is not there.
   *
   * @throws OutputException if it can't be read
   */
  List<String> lines() throws OutputException {
    Path file = target();
    if (isNullDevice(file) || !Files.exists(file)) {
      return List.of();
    }
    refuseOtherThanFile(file);
    try {
      String content = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return LINE_END.splitAsStream(content).filter(line -> !line.isEmpty()).toList();
    } catch (IOException e) {
      throw failed("can't be read, and what it holds is to stay: " + reason(e), e);
    }
  }

  /**
   * Removes the file if it is there.
   *
   * @throws OutputException if it is there and can't be removed
   */
  void remove() throws OutputException {
    Path file = target();
    if (isNullDevice(file)) {
      return;
    }
    refuseOtherThanFile(file);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed("should be empty and can't be removed: " + reason(e), e);
    }
  }

  private void write(Path fresh, Content content) throws IOException {
    try (FileChannel channel = opener.create(fresh);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /** Follows symbolic links, also to where there is no file yet. */
  private Path target() throws OutputException {
    Path file = name.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(file); links++) {
      if (links == MAX_LINKS) {
        throw OutputException.wrongName(subject() + " is a symbolic link that ends nowhere.");
      }
      try {
        file = file.resolveSibling(Files.readSymbolicLink(file));
      } catch (IOException e) {
        throw failed("is a symbolic link that can't be read: " + reason(e), e);
      }
    }
    return file;
  }

  private void refuseOtherThanFile(Path file) throws OutputException {
    if (Files.isDirectory(file)) {
      throw OutputException.wrongName(
          subject()
              + " is a directory: name a file in it, for example "
              + name.resolve("list.txt")
              + ".");
    }
    if (Files.exists(file) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw OutputException.wrongName(
          subject() + " is not a regular file: name another one, or /dev/null for none.");
    }
  }

  private static boolean isNullDevice(Path file) {
    return file.equals(Path.of("/dev/null"));
  }

  private static Path besides(Path file) {
    String number = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return file.resolveSibling("." + file.getFileName() + "." + number + ".tmp");
  }

  private static void keepPermissions(Path old, Path fresh) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(fresh, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view != null && Files.exists(old)) {
      view.setPermissions(Files.getPosixFilePermissions(old));
    }
  }

  /** So that the new name survives a power cut; where directories can't be synced it is too bad. */
  private static void syncDirectory(Path file) {
    Path directory = file.getParent();
    if (directory == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      return;
    }
  }

  /** Best effort: after a successful move there is nothing to discard. */
  private static void discard(Path fresh) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      return;
    }
  }

  private String subject() {
    return what + " " + (name.toString().isEmpty() ? "''" : name);
  }

  private OutputException failed(String how, @Nullable Throwable cause) {
    return OutputException.unwritable(subject() + " " + how + ".", cause);
  }

  private static String reason(IOException e) {
    return FileTrouble.sentence(e);
  }
}
