using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using MetricsAlerts.Messaging;
using MetricsAlerts.Storage;

namespace Repository.Tests;

/// <summary>What the Bicep and the emulator's configuration say, compared with the code.</summary>
public sealed partial class InfrastructureTests(Bicep bicep)
{
    /// <summary>Settings that the host, the platform or the API read, and no option record.</summary>
    private static readonly string[] ReadByOthers =
    [
        "AZURE_CLIENT_ID", "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId",
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG", "ServiceBus__fullyQualifiedNamespace", "ServiceBus__credential", "ServiceBus__clientId", "Web__ApiKey",
        "Web__ReadKey", "Web__EntraRoles", "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID",
    ];

    [Fact]
    public void The_Bicep_compiles_without_a_warning_and_opens_no_door()
    {
        Assert.Equal("", bicep.Messages);
        var resources = bicep.Template.Resources().ToList();
        var storage = resources.Single("Microsoft.Storage/storageAccounts");
        Assert.False(storage.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.False(storage.GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.Equal("TLS1_2", storage.GetProperty("minimumTlsVersion").GetString());
        Assert.True(resources.Single("Microsoft.ServiceBus/namespaces").GetProperty("disableLocalAuth").GetBoolean());
        Assert.True(resources.Single("Microsoft.KeyVault/vaults").GetProperty("enableRbacAuthorization").GetBoolean());
        Assert.True(resources.Single("Microsoft.Web/sites").GetProperty("httpsOnly").GetBoolean());
        Assert.DoesNotContain("listKeys", bicep.Template.GetRawText(), StringComparison.Ordinal);
        var doors = resources.Where(resource => resource.Type() == "Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToList();
        Assert.Equal(2, doors.Count);
        Assert.All(doors, door => Assert.False(door.GetProperty("properties").GetProperty("allow").GetBoolean()));
    }

    [Fact]
    public void The_queues_are_those_of_the_code()
    {
        var module = bicep.Template.Module("serviceBus");
        var shared = module.Resources().Single("Microsoft.ServiceBus/namespaces/queues");
        var queues = module.GetProperty("variables")
            .GetProperty("queues").EnumerateArray().Select(queue => new QueueDefinition(queue.GetProperty("name").GetString()!)
            {
                DuplicateDetectionWindow = XmlConvert.ToTimeSpan(queue.GetProperty("duplicateDetection").GetString()!),
                LockDuration = XmlConvert.ToTimeSpan(shared.GetProperty("lockDuration").GetString()!),
                MaxDeliveryCount = shared.GetProperty("maxDeliveryCount").GetInt32(),
            });

        Assert.Equal(QueueDefinitions.All, queues);
        Assert.True(shared.GetProperty("requiresSession").GetBoolean());
        Assert.True(shared.GetProperty("requiresDuplicateDetection").GetBoolean());
    }

    // bus, section 3: a batch of several sessions is refused where the entity is partitioned.
    [Fact]
    public void No_queue_is_partitioned()
    {
        var text = bicep.Template.Module("serviceBus").GetRawText();

        Assert.DoesNotContain("enablePartitioning", text, StringComparison.Ordinal);
        Assert.DoesNotContain("premiumMessagingPartitions", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tables_are_those_of_the_code()
    {
        var module = bicep.Template.Module("storage");
        var tables = module.GetProperty("variables").GetProperty("tableNames").EnumerateArray().Select(table => table.GetString());
        var made = module.Resources()
            .Single(resource => resource.Type() == "Microsoft.Storage/storageAccounts/tableServices/tables").GetProperty("copy");

        Assert.Equal(PipelineTables.All.Order(), tables.Order());
        Assert.Contains("tableNames", made.GetProperty("count").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_in_Azure_is_one_that_something_reads_and_what_must_be_set_is()
    {
        var app = bicep.Template.Module("functionApp");
        var settings = string.Concat(app.Resources()
            .Where(resource => resource.Type() == "Microsoft.Web/sites/config")
            .Select(resource => resource.GetProperty("properties").GetRawText())) + app.GetProperty("variables").GetRawText();
        var set = SettingNames().Matches(settings).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Empty(set.Except(Settings.Names).Except(ReadByOthers));
        Assert.Empty(ReadByOthers.Except(set));
        Assert.Empty(Settings.WithoutDefault.Except(set));
        Assert.Contains("Tables__ServiceUri", set);
        Assert.Contains("Notify__LinkKey", set);
    }

    [Fact]
    public async Task Every_setting_is_in_the_documents()
    {
        var documents = await File.ReadAllTextAsync(Checkout.File("docs", "operations.md"), TestContext.Current.CancellationToken);

        Assert.All(
            [.. Settings.Names, "Web__ApiKey", "Web__ReadKey", "Web__EntraRoles"],
            setting => Assert.Contains(setting, documents, StringComparison.Ordinal));
    }

    // functions D2
    [Fact]
    public void Roles_are_the_least_that_do_each_on_one_resource()
    {
        // Blob Data Owner, Table Data Contributor; Service Bus Data Owner; Key Vault Secrets User; Monitoring Metrics Publisher.
        string[] allowed =
        [
            "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "090c5cfd-751d-490a-894a-3ce6f1109419",
            "4633458b-17de-408a-b874-0445c86b69e6", "3913510d-42f4-4e42-8a64-420c390055eb",
        ];
        Assert.Equal(
            allowed.Order(),
            RoleIds().Matches(bicep.Template.GetRawText()).Select(match => match.Groups[1].Value).Distinct().Order());
        Assert.All(
            bicep.Template.Resources().Where(resource => resource.Type() == "Microsoft.Authorization/roleAssignments"),
            assignment => Assert.True(assignment.TryGetProperty("scope", out _), "A role must be scoped to one resource."));
    }

    [Fact]
    public async Task The_emulator_has_the_queues_of_the_code()
    {
        using var config = JsonDocument.Parse(
            await File.ReadAllTextAsync(
                Checkout.File("infra", "local", "servicebus-emulator.json"), TestContext.Current.CancellationToken));
        var queues = config.RootElement.GetProperty("UserConfig")
            .GetProperty("Namespaces")[0].GetProperty("Queues").EnumerateArray().ToList();

        Assert.Equal(QueueDefinitions.All.Select(queue => queue.Name), queues.Select(queue => queue.GetProperty("Name").GetString()));
        foreach (var (definition, queue) in QueueDefinitions.All.Zip(queues.Select(queue => queue.GetProperty("Properties"))))
        {
            Assert.True(queue.GetProperty("RequiresSession").GetBoolean());
            Assert.True(queue.GetProperty("RequiresDuplicateDetection").GetBoolean());
            Assert.Equal(definition.LockDuration, XmlConvert.ToTimeSpan(queue.GetProperty("LockDuration").GetString()!));
            Assert.Equal(definition.MaxDeliveryCount, queue.GetProperty("MaxDeliveryCount").GetInt32());
        }
    }

    [Fact]
    public async Task The_parameter_file_fits() =>
        Assert.Equal("", (await bicep.RunAsync("build-params", Checkout.File("infra", "main.bicepparam"), "--stdout")).Messages);

    [Fact]
    public async Task Every_parameter_is_in_the_documents()
    {
        var documents = await File.ReadAllTextAsync(Checkout.File("docs", "deploy.md"), TestContext.Current.CancellationToken);

        Assert.All(
            bicep.Template.GetProperty("parameters").EnumerateObject(),
            parameter => Assert.Contains($"`{parameter.Name}`", documents, StringComparison.Ordinal));
    }

    [GeneratedRegex("[\"']([A-Za-z]+__[A-Za-z_]+|[A-Z]+_[A-Z_]+)[\"'][:,]")]
    private static partial Regex SettingNames();

    [GeneratedRegex("[\"']([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})[\"']")]
    private static partial Regex RoleIds();
}
