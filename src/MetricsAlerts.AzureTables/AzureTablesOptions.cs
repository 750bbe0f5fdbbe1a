using System.ComponentModel.DataAnnotations;

namespace MetricsAlerts.AzureTables;

/// <summary>The section <c>Tables</c>: one of the two says where the tables are.</summary>
public sealed record AzureTablesOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Tables";

    /// <summary>The account's table endpoint, such as <c>https://NAME.table.core.windows.net</c>; used with the managed identity.</summary>
    public Uri? ServiceUri { get; init; }

    /// <summary>A connection string, for Azurite: <c>UseDevelopmentStorage=true</c>.</summary>
    public string? ConnectionString { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ServiceUri is null == string.IsNullOrEmpty(ConnectionString))
            yield return new("Set either Tables:ServiceUri (with an identity) or Tables:ConnectionString (for Azurite).", [nameof(ServiceUri), nameof(ConnectionString)]);
    }
}
