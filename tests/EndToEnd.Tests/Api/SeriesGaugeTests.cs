using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Messaging;
using MetricsAlerts.Metrics;
using MetricsAlerts.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace EndToEnd.Tests.Api;

/// <summary>The gauges of every series, as OpenTelemetry reads them.</summary>
public sealed class SeriesGaugeTests
{
    private const string Rules =
        """
        rules:
          - { name: floor, metric: Accuracy, when: { below: { warning: 0.85, critical: 0.8 } } }
          - { name: patient, metric: Accuracy, when: { below: 0.9 }, for: 5 windows }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_show_the_newest_value_and_how_each_rule_stands_until_the_deployment_is_gone()
    {
        using var meters = new Meters();
        await using var host = await ApiHost.StartAsync();
        meters.Listen(host.Services.GetRequiredService<IMeterFactory>());
        host.Services.GetRequiredService<PipelineMetrics>();
        await host.ApplyAsync(Rules);

        await host.ReadAsync("d1", 0.95, 0);
        Assert.Equal(("0.95", "floor=0 patient=0"), (meters.Values("d1"), meters.States("d1")));
        await host.ReadAsync("d1", 0.82, 1);
        await host.ReadAsync("d2", 0.5, 1, "churn");
        Assert.Equal(("0.82", "floor=2 patient=1"), (meters.Values("d1"), meters.States("d1")));
        Assert.Equal(("0.5", "floor=3 patient=1"), (meters.Values("d2"), meters.States("d2")));

        await host.Services.GetRequiredService<PipelineQueues>().MetricWindows.SendAsync(
            MetricBatchMessages.Of(new("d1") { Reading = 9, DeploymentGone = true }), Cancellation);
        await host.WorkAsync();
        Assert.Equal(("", "0.5"), (meters.Values("d1"), meters.Values("d2")));
    }

    [Fact]
    public async Task A_process_that_starts_shows_what_is_stored()
    {
        using var meters = new Meters();
        await using var host = await ApiHost.StartAsync();
        await host.ApplyAsync(Rules);
        await host.ReadAsync("d1", 0.82, 0);
        meters.Listen(host.Services.GetRequiredService<IMeterFactory>());
        Assert.Equal("", meters.Values("d1"));

        await ActivatorUtilities.CreateInstance<GaugeFilling>(host.Services).StartAsync(Cancellation);

        Assert.Equal(("0.82", "floor=2 patient=1"), (meters.Values("d1"), meters.States("d1")));
    }

    private sealed class Meters : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentBag<(string Instrument, double Value, Dictionary<string, string?> Tags)> _seen = [];

        /// <summary>Listens to the meters of one host: other tests have their own.</summary>
        public void Listen(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) &&
                    instrument.Name is SeriesGauges.ModelMetric or SeriesGauges.AlertState)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _seen.Add((instrument.Name, value, Read(tags))));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => _seen.Add((instrument.Name, value, Read(tags))));
            _listener.Start();
        }

        public string Values(string deployment) => string.Join(' ', Of(SeriesGauges.ModelMetric, deployment)
            .Select(one => one.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        public string States(string deployment) => string.Join(' ', Of(SeriesGauges.AlertState, deployment)
            .Select(one => $"{one.Tags["rule"]}={one.Value}").Order(StringComparer.Ordinal));

        public void Dispose() => _listener.Dispose();

        private List<(string Instrument, double Value, Dictionary<string, string?> Tags)> Of(string instrument, string deployment)
        {
            _seen.Clear();
            _listener.RecordObservableInstruments();
            return [.. _seen.Where(one => one.Instrument == instrument && one.Tags["deployment_id"] == deployment)];
        }

        private static Dictionary<string, string?> Read(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var read = new Dictionary<string, string?>();
            foreach (var tag in tags)
                read[tag.Key] = tag.Value?.ToString();
            return read;
        }
    }
}
