using System.CommandLine;
using MetricsAlerts.Cli.Embedded;
using MetricsAlerts.Rules;
using MetricsAlerts.Telemetry;
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
    public static Command Create()
    {
        var rules = Options.ExistingFile("--rules", "A rule file to apply at the start; default: the rules that are stored.");
        var data = Options.Data();
        var url = new Option<string>("--url") { Description = "Where the API listens.", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var command = new Command("serve", "Runs the pipeline: collects, evaluates and notifies on its schedule.") { rules, data, url };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var application = Validated(parsed.GetValue(data)!, parsed.GetValue(url)!);
            if (parsed.GetValue(rules) is { } file)
            {
                var changes = await application.Services.GetRequiredService<RuleStore>().ApplyAsync(RulesCommand.ReadFile(file.FullName), cancellation);
                Console.Error.WriteLine($"Rules: {changes}");
            }

            await ((IHost)application).RunAsync(cancellation);
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>Settings are checked before anything starts, so that what is wrong is one line and not a stack trace.</summary>
    private static WebApplication Validated(FileInfo data, string url)
    {
        var application = Build(data, url);
        try
        {
            application.Services.GetRequiredService<IStartupValidator>().Validate();
            return application;
        }
        catch (Exception exception) when (exception is OptionsValidationException or AggregateException)
        {
            var failures = exception is AggregateException several ? several.InnerExceptions.OfType<OptionsValidationException>().SelectMany(one => one.Failures) : ((OptionsValidationException)exception).Failures;
            throw new UsageException($"{string.Join('\n', failures.Distinct())}\nSee docs/operations.md for every setting.");
        }
    }

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
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning).AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddEmbeddedPipeline(builder.Configuration);
        builder.Services.AddHostedService<QueueService>();
        builder.Services.AddHostedService<CollectionService>();
        builder.Services.AddHostedService<HousekeepingService>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(PipelineMetrics.Name))
            .WithTracing(traces => traces.AddSource(PipelineMetrics.Name));
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            telemetry.UseOtlpExporter();

        var application = builder.Build();
        application.MapMetricsAlerts();
        return application;
    }
}
