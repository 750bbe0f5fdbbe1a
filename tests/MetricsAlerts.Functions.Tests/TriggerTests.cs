using System.Reflection;
using System.Text.Json;
using MetricsAlerts.Functions.Composition;
using MetricsAlerts.Messaging;
using MetricsAlerts.Testing;
using Microsoft.Azure.Functions.Worker;

namespace MetricsAlerts.Functions.Tests;

/// <summary>What the triggers declare, as it is compiled, compared with the code, host.json and the Bicep.</summary>
public sealed class TriggerTests
{
    private static IEnumerable<CustomAttributeData> Triggers =>
        from type in typeof(FunctionsServices).Assembly.GetTypes()
        from method in type.GetMethods()
        where method.IsDefined(typeof(FunctionAttribute), inherit: false)
        from parameter in method.GetParameters()
        from attribute in parameter.CustomAttributes
        where attribute.AttributeType.Name.EndsWith("TriggerAttribute", StringComparison.Ordinal)
        select attribute;

    [Fact]
    public void Every_queue_has_one_trigger_with_sessions_that_settles_itself()
    {
        var queues = Triggers.Where(trigger => trigger.AttributeType == typeof(ServiceBusTriggerAttribute)).ToList();

        Assert.Equal(
            QueueDefinitions.All.Select(queue => queue.Name).Order(),
            queues.Select(trigger => (string)trigger.ConstructorArguments.Single().Value!).Order());
        Assert.All(queues, trigger => Assert.Equal("ServiceBus", Named(trigger, "Connection")));
        Assert.All(queues, trigger => Assert.Equal(true, Named(trigger, "IsSessionsEnabled")));
        Assert.All(queues, trigger => Assert.Equal(false, Named(trigger, "AutoCompleteMessages")));
        Assert.Contains("ServiceBus__fullyQualifiedNamespace:", Bicep, StringComparison.Ordinal);
    }

    // functions D1
    [Fact]
    public void Timers_name_flat_settings_that_the_Bicep_sets()
    {
        var schedules = Triggers.Where(trigger => trigger.AttributeType == typeof(TimerTriggerAttribute))
            .Select(trigger => (string)trigger.ConstructorArguments.Single().Value!).Order().ToList();

        Assert.Equal(["%CollectionSchedule%", "%HousekeepingSchedule%"], schedules);
        Assert.All(schedules, schedule => Assert.Contains($"  {schedule.Trim('%')}:", Bicep, StringComparison.Ordinal));
    }

    /// <summary>The API asks for a key or a role itself; the host must let it.</summary>
    [Fact]
    public void No_route_asks_for_a_function_key()
    {
        var routes = Triggers.Where(trigger => trigger.AttributeType == typeof(HttpTriggerAttribute)).ToList();

        Assert.All(routes, trigger => Assert.Equal((int)AuthorizationLevel.Anonymous, trigger.ConstructorArguments[0].Value));
        Assert.Equal(
            ["api/{*path}", "healthz", "links/{*path}", "openapi/{*path}", "readyz", "{*path}"],
            routes.Select(trigger => (string)Named(trigger, "Route")!).Order());
        using var host = JsonDocument.Parse(File.ReadAllText(Repository.File("host.json")));
        Assert.Equal(
            "", host.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());
    }

    private static string Bicep => File.ReadAllText(Repository.File("infra", "modules", "functionApp.bicep"));

    private static object? Named(CustomAttributeData trigger, string name) =>
        trigger.NamedArguments.Single(argument => argument.MemberName == name).TypedValue.Value;
}
