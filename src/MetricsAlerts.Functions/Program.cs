using MetricsAlerts.Functions.Composition;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddMetricsAlertsFunctions(builder.Configuration);
await builder.Build().RunAsync();
