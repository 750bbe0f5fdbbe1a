using System.CommandLine;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Operations;
using MetricsAlerts.Operations.Health;
using MetricsAlerts.Rules;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Ticks;
using MetricsAlerts.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MetricsAlerts.Cli.Commands;

/// <summary><c>serve</c>: the whole pipeline in one process, until it is stopped.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    /// <summary>How long a stop may take: more than what is under way has to end.</summary>
    public static readonly TimeSpan StopTimeout = QueueService.Drain + TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var rules = Options.ExistingFile("--rules", "A rule file to apply at the start; default: the rules that are stored.");
        var data = Options.Data();
        var url = new Option<string>("--url")
        {
            Description = "Where the API listens.",
            DefaultValueFactory = _ => "http://127.0.0.1:8080",
        };
        var command = new Command(Name, "Runs the pipeline: collects, evaluates and notifies on its schedule.") { rules, data, url };
        command.SetAction(async (parsed, cancellation) =>
        {
            ListenAddress.Check(parsed.GetValue(url)!);
            await using var application = Validated(parsed.GetValue(data)!, parsed.GetValue(url)!);

            // A file that cannot be used is better said now than by every service.
            application.Services.GetRequiredService<SqliteDatabase>();
            StartChecks.CheckDoors(application.Services, parsed.GetValue(url)!);
            if (parsed.GetValue(rules) is { } file)
            {
                var read = RulesCommand.ReadFile(file.FullName);
                StartChecks.CheckChannels(application.Services, read);
                var changes = await application.Services.GetRequiredService<RuleStore>().ApplyAsync(read, cancellation);
                Console.Error.WriteLine($"Rules: {changes}");
                foreach (var warning in changes.Warnings)
                    Console.Error.WriteLine(warning);
            }

            await StartChecks.WarnOfChannelsAsync(application.Services, cancellation);
            await RunAsync(application, cancellation);
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>Runs until it is stopped.</summary>
    /// <exception cref="FailedException">A service ended by itself.</exception>
    internal static async Task RunAsync(IHost host, CancellationToken cancellationToken)
    {
        var services = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await host.StartAsync(cancellationToken);
        await host.WaitForShutdownAsync(cancellationToken);
        foreach (var service in services)
        {
            if (service.ExecuteTask is { IsFaulted: true, Exception.InnerException: var exception })
                throw new FailedException($"{service.GetType().Name} ended: {exception?.Message}");
        }
    }

    /// <summary>Settings are checked before anything starts, so that what is wrong is one line and not a stack trace.</summary>
    private static WebApplication Validated(FileInfo data, string url)
    {
        try
        {
            var application = Build(data, url);
            application.Services.GetRequiredService<IStartupValidator>().Validate();
            return application;
        }
        catch (Exception exception) when (FailuresOf(exception).ToList() is { Count: > 0 } failures)
        {
            var problems = string.Join('\n', SettingFailures.InPlainWords(failures));
            throw new UsageException($"{problems}\nSee docs/operations.md for every setting.");
        }
    }

    /// <summary>What is wrong with the settings; nothing when something else is wrong.</summary>
    private static IEnumerable<string> FailuresOf(Exception exception) => exception switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(FailuresOf),
        OptionsValidationException invalid => invalid.Failures,

        // A text that is no number, time span or address where one is expected: it names the setting and the value.
        InvalidOperationException { InnerException: not null, Source: "Microsoft.Extensions.Configuration.Binder" } unreadable =>
            [unreadable.Message],
        _ => [],
    };

    /// <summary>Two ticks may fail to begin; some minutes are no reason to worry, however often there are ticks.</summary>
    private static TimeSpan TickWithin(string schedule) =>
        TimeSpan.FromTicks(Math.Max(TimeSpan.FromMinutes(5).Ticks, 3 * Schedule.LongestGapOf(schedule).Ticks));

    private static WebApplication Build(FileInfo data, string url)
    {
        // The host watches its content root with all that is below it; the working directory may hold the database, or be somebody's home.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration
            .AddJsonFile(Path.GetFullPath(EmbeddedConfiguration.File), optional: true)
            .AddInMemoryCollection(EmbeddedConfiguration.FromDataRobotEnvironment())
            .AddEnvironmentVariables()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Sqlite:File"] = data.FullName });
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss'Z' ";
        });
        foreach (var (category, least) in LogVolume.OfLibraries)
            builder.Logging.AddFilter(category, least);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddEmbeddedPipeline(builder.Configuration);
        builder.Services.AddMetricsAlertsWeb();
        builder.Services.AddSingleton<IValidateOptions<CollectionOptions>>(
            new ScheduleValidation<CollectionOptions>("Collection:Schedule", options => options.Schedule));
        builder.Services.AddSingleton<IValidateOptions<CollectionOptions>, LookBackValidation>();
        builder.Services.AddSingleton<IValidateOptions<HousekeepingOptions>>(
            new ScheduleValidation<HousekeepingOptions>("Housekeeping:Schedule", options => options.Schedule));
        builder.Services.AddSingleton<IHealthCheck, WorkersHealth>();
        builder.Services.AddOptions<HealthOptions>().PostConfigure<IOptions<CollectionOptions>>(
            (health, collection) => health.LastTickWithin ??= TickWithin(collection.Value.Schedule));
        builder.Services.Configure<HostOptions>(host => (host.ShutdownTimeout, host.ServicesStopConcurrently) = (StopTimeout, true));
        builder.Services.AddHostedService<QueueService>();
        builder.Services.AddHostedService<CollectionService>();
        builder.Services.AddHostedService<HousekeepingService>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(PipelineMetrics.Name)
                .AddView(SeriesGauges.ModelMetric, new MetricStreamConfiguration { CardinalityLimit = SeriesGauges.MostSeries })
                .AddView(SeriesGauges.AlertState, new MetricStreamConfiguration { CardinalityLimit = SeriesGauges.MostSeries }))
            .WithTracing(traces => traces.AddSource(PipelineMetrics.Name));
        builder.Services.AddHostedService<GaugeFilling>();
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            telemetry.UseOtlpExporter();

        var application = builder.Build();
        application.UseMetricsAlerts();
        application.MapMetricsAlerts();
        return application;
    }
}
