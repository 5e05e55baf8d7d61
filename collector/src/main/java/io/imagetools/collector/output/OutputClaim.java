package io.imagetools.collector.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * That no other process which asks writes a file meanwhile. It is a lock of the system on an empty
 * file beside it, {@code .NAME.lock}, which a process loses when it ends, however it does. After
 * {@code kill -9} the empty file stays, and goes with the next claim.
 *
 * <p>Processes are kept apart, not threads: whoever asks again in the same process is refused, and
 * may have undone the first claim by that.
 */
public final class OutputClaim implements AutoCloseable {

  /** Each further one needs another process that came and went in that very moment. */
  private static final int TRIES = 20;

  private static final OutputClaim NONE = new OutputClaim(null, null);

  private final @Nullable Path lockFile;
  private final @Nullable FileChannel channel;

  private OutputClaim(@Nullable Path lockFile, @Nullable FileChannel channel) {
    this.lockFile = lockFile;
    this.channel = channel;
  }

  /** For what nobody needs to claim. */
  static OutputClaim none() {
    return NONE;
  }

  /** Empty: another has it. Where nothing can be locked everybody gets it. */
  static Optional<OutputClaim> on(Path file) {
    Path lockFile = file.resolveSibling("." + file.getFileName() + ".lock");
    try {
      for (int i = 0; i < TRIES; i++) {
        String made = make(lockFile);
        FileChannel channel = open(lockFile);
        if (channel == null) {
          continue;
        }
        if (!lock(channel)) {
          channel.close();
          return Optional.empty();
        }
        // Who held it before has taken the file away, perhaps after it was opened here: a lock on
        // that one keeps nobody out. While this one is held, nobody takes away what is there.
        if (made != null && made.equals(identity(lockFile))) {
          return Optional.of(new OutputClaim(lockFile, channel));
        }
        channel.close();
      }
      return Optional.empty();
    } catch (IOException e) { // as if another user left it there
      return Optional.of(NONE);
    }
  }

  /** Which file it is; null: it is gone again. */
  private static @Nullable String make(Path lockFile) throws IOException {
    try {
      Files.createFile(lockFile);
    } catch (FileAlreadyExistsException e) {
      return identity(lockFile); // in use, or left by kill -9
    }
    return identity(lockFile);
  }

  /** Inode, where there are such, and age, since their numbers come again; null: it is gone. */
  private static @Nullable String identity(Path lockFile) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(lockFile, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.fileKey() + " " + attributes.lastModifiedTime();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static @Nullable FileChannel open(Path lockFile) throws IOException {
    try {
      return FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static boolean lock(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) { // this file system has no locks
      return true;
    }
  }

  @Override
  public void close() {
    if (lockFile == null || channel == null) {
      return;
    }
    try (channel) { // in this order: once it is unlocked, another's may be there
      Files.deleteIfExists(lockFile);
    } catch (IOException e) {
      return; // an empty file more; whoever asks next can lock it
    }
  }
}
