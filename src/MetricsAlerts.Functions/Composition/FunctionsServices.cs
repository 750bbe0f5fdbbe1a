using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using MetricsAlerts.AzureTables;
using MetricsAlerts.Channels;
using MetricsAlerts.DataRobot;
using MetricsAlerts.ServiceBus;
using MetricsAlerts.Telemetry;
using MetricsAlerts.Web;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MetricsAlerts.Functions.Composition;

/// <summary>The pipeline on Table Storage and Service Bus.</summary>
internal static class FunctionsServices
{
    public static IServiceCollection AddMetricsAlertsFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMetricsAlertsPipeline(configuration);
        services.AddAzureTables(configuration);
        services.AddDataRobot(configuration);
        services.AddChannels(configuration);

        services.AddSingleton<TokenCredential>(
            _ =>
                new DefaultAzureCredential(
                    new DefaultAzureCredentialOptions { ManagedIdentityClientId = configuration["AZURE_CLIENT_ID"] }));
        services.AddServiceBus(configuration);

        services.AddMetricsAlertsWeb();

        var telemetry = services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .WithMetrics(metrics => metrics.AddMeter(PipelineMetrics.Name)
                .AddView(SeriesGauges.ModelMetric, new MetricStreamConfiguration { CardinalityLimit = SeriesGauges.MostSeries })
                .AddView(SeriesGauges.AlertState, new MetricStreamConfiguration { CardinalityLimit = SeriesGauges.MostSeries }))
            .WithTracing(traces => traces.AddSource(PipelineMetrics.Name));
        if (configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"] is { Length: > 0 })
            telemetry.UseAzureMonitorExporter(exporter =>
            {
                exporter.Credential = new ManagedIdentityCredential(
                    ManagedIdentityId.FromUserAssignedClientId(configuration["AZURE_CLIENT_ID"]));

                // Which traces are kept is the choice of OTEL_TRACES_SAMPLER; a warning is kept whatever became of its trace.
                exporter.EnableTraceBasedLogsSampler = false;
            });
        else if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            telemetry.UseOtlpExporter();
        return services;
    }
}
