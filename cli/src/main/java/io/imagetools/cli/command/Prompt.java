package io.imagetools.cli.command;

import io.imagetools.cli.terminal.Interrupts;
import io.imagetools.common.imagelist.ImageListParser;
import io.imagetools.common.imagelist.ListLine;
import io.imagetools.common.process.ExitCode;
import io.imagetools.producer.plan.Overrides;
import io.imagetools.producer.publish.Submission;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for one line after the other until Ctrl-D; each line that names an image is a run. */
final class Prompt {
  private static final Logger LOG = LoggerFactory.getLogger(Prompt.class);

  /** Mirrors one line. */
  interface Mirror {
    ExitCode mirror(Submission submission, Outputs outputs) throws InterruptedException;
  }

  private final Invocation invocation;
  private final Overrides overrides;
  private final Outputs outputs;
  private final Interrupts interrupts;

  Prompt(Invocation invocation, Overrides overrides, Outputs outputs, Interrupts interrupts) {
    this.interrupts = interrupts;
    this.invocation = invocation;
    this.overrides = overrides;
    this.outputs = outputs.gathering();
  }

  ExitCode run(Mirror mirror) throws InterruptedException {
    PrintStream out = invocation.streams().out();
    out.println("Reading '<SOURCE> <DESTINATION> <TAG>' from standard input.");
    out.println("Ctrl-D ends it.");
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(invocation.streams().in(), StandardCharsets.UTF_8));
    ExitCode end = ExitCode.OK;
    try {
      for (String text = ask(out, in); text != null; text = ask(out, in)) {
        ExitCode line = one(text, mirror);
        if (line == ExitCode.INTERRUPTED) {
          return line;
        }
        end = line == ExitCode.OK ? end : line;
      }
    } catch (IOException e) {
      LOG.error("Standard input can't be read any more: {}", Words.of(e));
      end = ExitCode.ENVIRONMENT;
    }
    out.println();
    return end;
  }

  private @Nullable String ask(PrintStream out, BufferedReader in)
      throws IOException, InterruptedException {
    out.print(">>> ");
    out.flush();
    try {
      return interrupts.<@Nullable String, IOException>unlessHappened(in::readLine);
    } catch (InterruptedException e) {
      out.println();
      throw e;
    }
  }

  private ExitCode one(String text, Mirror mirror) throws InterruptedException {
    ListLine line = ImageListParser.parse(1, text);
    if (line instanceof ListLine.Blank || line instanceof ListLine.Comment) {
      return ExitCode.OK;
    }
    Submission submission = Planning.submission(List.of(line), overrides, Clock.systemUTC());
    return mirror.mirror(submission, outputs);
  }
}
