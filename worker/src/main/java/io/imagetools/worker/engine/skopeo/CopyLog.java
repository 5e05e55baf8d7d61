package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.Digest;
import io.imagetools.worker.program.LineFilter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Listens to skopeo: which image it is at, which blobs it sent, and which it did not have to. Drops
 * the debug lines after that; those of 1.9.3 and 1.18 were read for it. Thread-safe.
 */
final class CopyLog implements LineFilter {

  private static final String DIGEST = "(sha256(?::|%3A)[a-f0-9]{64}|sha512(?::|%3A)[a-f0-9]{128})";
  private static final Pattern IMAGE =
      Pattern.compile("^Copying image " + DIGEST + " \\((\\d{1,6})/");
  private static final Pattern SENT = Pattern.compile("Upload of layer " + DIGEST + " complete");
  private static final Pattern THERE = Pattern.compile("Skipping blob " + DIGEST + " \\(already");
  private static final Pattern MOUNT = Pattern.compile("Trying to mount .*[?&]mount=" + DIGEST);
  private static final Pattern DEBUG = Pattern.compile("^time=\\S+ level=(?:debug|trace) ");

  private final Set<Digest> sent = ConcurrentHashMap.newKeySet();
  private final Set<Digest> present = ConcurrentHashMap.newKeySet();
  private final Set<Digest> mountTried = ConcurrentHashMap.newKeySet();
  private final BiConsumer<Integer, Digest> onImage;

  /**
   * A listener.
   *
   * @param onImage told the number, counted from 1, and the digest of each child of an index
   */
  CopyLog(BiConsumer<Integer, Digest> onImage) {
    this.onImage = onImage;
  }

  @Override
  public boolean keep(String line) {
    if (DEBUG.matcher(line).find()) {
      note(SENT, line, sent);
      note(THERE, line, present);
      note(MOUNT, line, mountTried);
      return line.contains(ProgramFailures.INDEX_REFUSED); // The reason, which the last line hides.
    }
    Matcher image = IMAGE.matcher(line);
    if (image.find()) {
      onImage.accept(Integer.valueOf(image.group(2)), digest(image.group(1)));
    }
    return true;
  }

  private static void note(Pattern pattern, String line, Set<Digest> digests) {
    Matcher matcher = pattern.matcher(line);
    if (matcher.find()) {
      digests.add(digest(matcher.group(1)));
    }
  }

  private static Digest digest(String text) {
    return Digest.parse(text.replace("%3A", ":"));
  }

  /** Whether the blob was uploaded. */
  boolean sent(Digest blob) {
    return sent.contains(blob);
  }

  /** Whether the blob was made available from another repository of the destination. */
  boolean mounted(Digest blob) {
    return present.contains(blob) && mountTried.contains(blob) && !sent.contains(blob);
  }
}
