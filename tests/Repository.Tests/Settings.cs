using System.ComponentModel.DataAnnotations;
using System.Reflection;
using MetricsAlerts.AzureTables;
using MetricsAlerts.Channels;
using MetricsAlerts.DataRobot;
using MetricsAlerts.Evaluating;
using MetricsAlerts.Notifying;
using MetricsAlerts.Operations;
using MetricsAlerts.Rules.Yaml;
using MetricsAlerts.Operations.Health;
using MetricsAlerts.Sqlite;
using MetricsAlerts.Ticks;

namespace Repository.Tests;

/// <summary>The settings that the code reads, taken from its option records.</summary>
internal static class Settings
{
    private static readonly Type[] Options =
    [
        typeof(CollectionOptions), typeof(EvaluationOptions), typeof(NotifyOptions), typeof(
            HousekeepingOptions), typeof(DataRobotOptions), typeof(ChannelsOptions),
        typeof(AzureTablesOptions), typeof(SqliteOptions), typeof(HealthOptions),
    ];

    /// <summary>Every setting as an environment variable.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Properties().Select(property => property.Name)];

    /// <summary>Those that must be set.</summary>
    public static IReadOnlyList<string> WithoutDefault { get; } =
        [
            .. Properties()
                .Where(property => property.Property.GetCustomAttribute<RequiredAttribute>() is not null && property.Default is null or "")
                .Select(property => property.Name)
        ];

    private static IEnumerable<(string Name, PropertyInfo Property, object? Default)> Properties() =>
        from type in Options
        let field = type.GetField("Section", BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)!
        let section = (string)field.GetRawConstantValue()!
        let defaults = Activator.CreateInstance(type)
        from property in type.GetProperties()
        select ($"{section}__{property.Name}", property, property.GetValue(defaults));
}
