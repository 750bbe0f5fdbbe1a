using MetricsAlerts.Functions.Composition;
using MetricsAlerts.Telemetry;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
foreach (var (category, least) in LogVolume.OfLibraries)
    builder.Logging.AddFilter(category, least);
builder.Services.AddMetricsAlertsFunctions(builder.Configuration);
await builder.Build().RunAsync();
