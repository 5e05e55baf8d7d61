package io.imagetools.cli.metrics;

import io.imagetools.common.process.ProgramVersion;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All measurements of one process, with those of its JVM. Thread-safe. Made only where somebody
 * wants to read them: the other commands load nothing of it.
 */
public final class Measurements implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<Runnable> updates = new CopyOnWriteArrayList<>();
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /** With those of the JVM. */
  public Measurements() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
    Gauge.builder("imagetools.build.info", () -> 1)
        .description("1; the version of the program is the label.")
        .tag("version", ProgramVersion.current())
        .register(registry);
  }

  MeterRegistry registry() {
    return registry;
  }

  /** Brings something up to date before each reading. */
  void beforeReading(Runnable update) {
    updates.add(update);
  }

  /** In the text form that Prometheus reads. One at a time: rows are replaced before it. */
  synchronized String text() {
    updates.forEach(Runnable::run);
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
