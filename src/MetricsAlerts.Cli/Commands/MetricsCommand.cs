using System.CommandLine;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Cli.Output;
using MetricsAlerts.DataRobot;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>metrics list</c>: a deployment's metrics over a time span, per prediction server instance.</summary>
internal static class MetricsCommand
{
    public static Command Create() => new("metrics", "Reads metrics from DataRobot.") { CreateList() };

    private static Command CreateList()
    {
        var deployment = new Option<string>("--deployment") { Description = "The deployment's id or label.", Required = true };
        var instance = new Option<string>("--instance")
        {
            Description = "all (the deployment as a whole), a prediction server host, or '*' for all of them.",
            DefaultValueFactory = _ => Instances.All,
        };
        var metric = new Option<string[]>("--metric") { Description = "Only this metric; can be given several times." };
        var model = new Option<string>("--model")
        {
            Description = "The id of the model, such as one that was replaced; default: the current one.",
        };
        var since = Options.Duration("--since", "The time span up to now.", "24h");
        var start = Options.Time("--start", "The start of the time span, on a full hour.");
        var end = Options.Time("--end", "The end of the time span, on a full hour; default: now.");
        var bucket = Options.OptionalDuration("--bucket", "One row for each 1h, 1d or 7d instead of one for the whole time span.");
        var endpoint = Options.Endpoint();
        var output = Options.Output("table", "json", "csv");
        var command = new Command("list", "Prints name, value, start and end of each metric.")
        {
            deployment,
            instance,
            metric,
            model,
            since,
            start,
            end,
            bucket,
            endpoint,
            output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(bucket) is { } asked)
                CheckBucket(asked, SpanOf(parsed.GetValue(start), parsed.GetValue(end)) ?? parsed.GetValue(since));
            var hour = TimeSpan.FromHours(1);
            var to = Timestamps.Floor(parsed.GetValue(end) ?? DateTimeOffset.UtcNow, parsed.GetValue(bucket) ?? hour);
            var from = Timestamps.Floor(parsed.GetValue(start) ?? to - parsed.GetValue(since), parsed.GetValue(bucket) ?? hour);
            if (from >= to)
                throw new UsageException(
                    $"The time span is empty: it starts at {Timestamps.Format(from)} and ends at {Timestamps.Format(to)}.");
            var isDefault = parsed.GetValue(start) is null && parsed.GetValue(end) is null;
            if (isDefault && parsed.GetValue(bucket) is { } length && length > hour)
                Console.Error.WriteLine($"Windows of {Durations.Format(length)} that are over end at {Timestamps.Format(to)}.");

            await using var services = Services(parsed.GetValue(endpoint));
            var listing = new MetricListing(services.GetRequiredService<IMetricSource>(), new(
                parsed.GetValue(deployment)!,
                parsed.GetValue(instance)!,
                parsed.GetValue(metric) ?? [],
                from,
                to,
                parsed.GetValue(bucket))
            {
                ModelId = parsed.GetValue(model),
            });
            var rows = await listing.ReadAsync(cancellation);
            MetricRows.Print(rows, parsed.GetValue(output)!);
            foreach (var note in listing.Notes)
                Console.Error.WriteLine(note);
            return ExitCode.Fine;
        });
        return command;
    }

    private static TimeSpan? SpanOf(DateTimeOffset? start, DateTimeOffset? end) =>
        start is { } from ? (end ?? DateTimeOffset.UtcNow) - from : null;

    /// <summary>A bucket that is longer than the time span would show what lies outside of it.</summary>
    private static void CheckBucket(TimeSpan bucket, TimeSpan span)
    {
        if (bucket != TimeSpan.FromHours(1) && bucket != TimeSpan.FromDays(1) && bucket != TimeSpan.FromDays(7))
            throw new UsageException($"--bucket is {Durations.Format(bucket)}; allowed are 1h, 1d and 7d.");
        if (bucket > span && span > TimeSpan.Zero)
        {
            throw new UsageException(
                $"--bucket is {Durations.Format(bucket)}, which is longer than the time span of {Durations.Format(span)}; " +
                $"ask for a longer one, such as --since {Durations.Format(bucket)}, or a shorter bucket.");
        }
    }

    /// <summary>DataRobot as a source, without the rest of the pipeline.</summary>
    internal static ServiceProvider Services(Uri? endpoint, string? token = null)
    {
        var settings = new Dictionary<string, string?>();
        if (endpoint is not null)
            settings["DataRobot:Endpoint"] = endpoint.ToString();
        if (token is not null)
            settings["DataRobot:ApiToken"] = token;
        var configuration = EmbeddedConfiguration.Build(settings);
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton(TimeProvider.System);
        var provider = services.AddDataRobot(configuration).BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<IOptions<DataRobotOptions>>().Value;
            return provider;
        }
        catch (OptionsValidationException exception)
        {
            provider.Dispose();
            throw new UsageException(string.Join(' ', SettingFailures.InPlainWords(exception.Failures)));
        }
    }
}
