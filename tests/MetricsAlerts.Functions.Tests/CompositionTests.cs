using MetricsAlerts.Functions.Composition;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Functions.Tests;

public sealed class CompositionTests
{
    public static TheoryData<Type> Functions =>
    [
        .. typeof(FunctionsServices).Assembly.GetTypes()
            .Where(type => type.GetMethods().Any(method => method.IsDefined(typeof(FunctionAttribute), inherit: false))),
    ];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_function_can_be_made_with_the_settings_of_Azure(Type function)
    {
        using var host = Build(
            ("ServiceBus:fullyQualifiedNamespace", "queues.servicebus.windows.net"),
            ("Tables:ServiceUri", "https://account.table.core.windows.net"),
            ("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=00000000-0000-0000-0000-000000000001"));

        Assert.NotNull(ActivatorUtilities.CreateInstance(host.Services, function));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_function_can_be_made_with_the_settings_of_a_developer(Type function)
    {
        using var host = Build(
            ("ServiceBus", "Endpoint=sb://localhost;SharedAccessKeyName=any;SharedAccessKey=any;UseDevelopmentEmulator=true;"),
            ("Tables:ConnectionString", "UseDevelopmentStorage=true"));

        Assert.NotNull(ActivatorUtilities.CreateInstance(host.Services, function));
    }

    [Fact]
    public void Settings_that_are_wrong_are_said_at_the_start()
    {
        using var host = Build(
            ("ServiceBus:fullyQualifiedNamespace", "queues.servicebus.windows.net"),
            ("Tables:ServiceUri", "https://account.table.core.windows.net"),
            ("Collection:ShardSize", "0"));

        Assert.ThrowsAny<Exception>(() => host.Services.GetRequiredService<IStartupValidator>().Validate());
    }

    /// <summary>The app as Program makes it, with every registration checked.</summary>
    private static IHost Build(params (string Key, string Value)[] settings)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            {
                ["AZURE_CLIENT_ID"] = "00000000-0000-0000-0000-000000000002",
                ["DataRobot:Endpoint"] = "https://app.datarobot.com/api/v2",
                ["DataRobot:ApiToken"] = "any",
            });
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddMetricsAlertsFunctions(builder.Configuration);
        builder.ConfigureContainer(
            new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }));
        return builder.Build();
    }
}
