using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using MetricsAlerts.Alerts;
using MetricsAlerts.Messaging;
using MetricsAlerts.Storage;
using MetricsAlerts.Testing;

namespace Repository.Tests;

public sealed partial class InfrastructureTests
{
    [Fact]
    public async Task The_Bicep_compiles_without_a_warning_and_says_what_the_code_says()
    {
        using var folder = new TemporaryFolder();
        var (template, messages) = await CompileAsync(folder, "build", Checkout.File("infra", "main.bicep"), "--stdout");

        Assert.Equal("", messages);
        var resources = Resources(template).ToList();
        var storage = Single(resources, "Microsoft.Storage/storageAccounts");
        Assert.False(storage.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.False(storage.GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.Equal("TLS1_2", storage.GetProperty("minimumTlsVersion").GetString());
        Assert.True(Single(resources, "Microsoft.ServiceBus/namespaces").GetProperty("disableLocalAuth").GetBoolean());
        Assert.True(Single(resources, "Microsoft.KeyVault/vaults").GetProperty("enableRbacAuthorization").GetBoolean());
        Assert.True(Single(resources, "Microsoft.Web/sites").GetProperty("httpsOnly").GetBoolean());
        Assert.All(
            resources.Where(resource => Type(resource) == "Microsoft.Authorization/roleAssignments"),
            assignment => Assert.True(assignment.TryGetProperty("scope", out _), "A role must be scoped to one resource."));
        Assert.DoesNotContain("listKeys", template.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_queues_are_those_of_the_code()
    {
        using var folder = new TemporaryFolder();
        var (template, _) = await CompileAsync(folder, "build", Checkout.File("infra", "main.bicep"), "--stdout");
        var module = Resources(template, withModules: true)
            .Single(resource => resource.GetProperty("name").GetString() == "serviceBus").GetProperty("properties").GetProperty("template");
        var shared = Elements(module.GetProperty("resources"))
            .Single(resource => Type(resource) == "Microsoft.ServiceBus/namespaces/queues").GetProperty("properties");
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

    [Fact]
    public async Task The_tables_are_those_of_the_code()
    {
        using var folder = new TemporaryFolder();
        var (template, _) = await CompileAsync(folder, "build", Checkout.File("infra", "main.bicep"), "--stdout");
        var module = Resources(template, withModules: true)
            .Single(resource => resource.GetProperty("name").GetString() == "storage").GetProperty("properties").GetProperty("template");
        var tables = module.GetProperty("variables").GetProperty("tableNames").EnumerateArray().Select(table => table.GetString());
        var made = Elements(module.GetProperty("resources"))
            .Single(resource => Type(resource) == "Microsoft.Storage/storageAccounts/tableServices/tables").GetProperty("copy");

        Assert.Equal(PipelineTables.All.Order(), tables.Order());
        Assert.Contains("tableNames", made.GetProperty("count").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_that_triggers_name_are_set_in_Azure_and_in_the_sample()
    {
        using var folder = new TemporaryFolder();
        var (template, _) = await CompileAsync(folder, "build", Checkout.File("infra", "main.bicep"), "--stdout");
        var app = Resources(template, withModules: true)
            .Single(resource => resource.GetProperty("name").GetString() == "functionApp").GetProperty("properties")
            .GetProperty("template");
        var inAzure = app.GetRawText();
        using var sample = JsonDocument.Parse(
            await File.ReadAllTextAsync(Checkout.File("local.settings.sample.json"), TestContext.Current.CancellationToken));
        var inSample = sample.RootElement.GetProperty("Values").EnumerateObject().Select(setting => setting.Name).ToList();
        var named = new List<string>();
        foreach (var file in Directory.GetFiles(Checkout.File("src", "MetricsAlerts.Functions", "Triggers"), "*.cs"))
            named.AddRange(
                NamedSettings()
                    .Matches(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
                    .Select(match => match.Groups[1].Value.Replace(":", "__", StringComparison.Ordinal)));

        Assert.Equal(["Collection__Schedule", "Housekeeping__Schedule"], named.Order());
        Assert.All(named, setting => Assert.Contains($"\"{setting}\":", inAzure, StringComparison.Ordinal));
        Assert.All(named, setting => Assert.Contains(setting, inSample));
    }

    [Fact]
    public async Task Every_setting_in_Azure_is_one_that_something_reads_and_what_must_be_set_is()
    {
        using var folder = new TemporaryFolder();
        var (template, _) = await CompileAsync(folder, "build", Checkout.File("infra", "main.bicep"), "--stdout");
        var app = Resources(template, withModules: true)
            .Single(resource => resource.GetProperty("name").GetString() == "functionApp").GetProperty("properties")
            .GetProperty("template");
        var set = SettingNames().Matches(
            Resources(app, withModules: false)
                .Single(resource => Type(resource) == "Microsoft.Web/sites/config").GetProperty("properties")
                .GetRawText() + app.GetProperty("variables").GetRawText())
            .Select(match => match.Groups[1].Value).Distinct().ToList();

        string[] readByOthers =
        [
            "AZURE_CLIENT_ID", "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId",
            "APPLICATIONINSIGHTS_CONNECTION_STRING",
            "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "ServiceBus__fullyQualifiedNamespace", "ServiceBus__credential",
            "ServiceBus__clientId", "Web__ApiKey",
        ];
        Assert.Empty(set.Except(Settings.Names).Except(readByOthers));
        Assert.Empty(readByOthers.Except(set));
        Assert.Empty(Settings.WithoutDefault.Except(set));
        Assert.Contains("Tables__ServiceUri", set);
        Assert.Contains("Notify__LinkKey", set);
    }

    [Fact]
    public async Task Every_setting_is_in_the_documents()
    {
        var documents = await File.ReadAllTextAsync(Checkout.File("docs", "operations.md"), TestContext.Current.CancellationToken);

        Assert.All(Settings.Names, setting => Assert.Contains(setting, documents, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_publishes_with_a_password_and_roles_are_the_least_that_do()
    {
        using var folder = new TemporaryFolder();
        var (template, _) = await CompileAsync(folder, "build", Checkout.File("infra", "main.bicep"), "--stdout");
        var resources = Resources(template).ToList();

        var doors = resources.Where(resource => Type(resource) == "Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToList();
        Assert.Equal(2, doors.Count);
        Assert.All(doors, door => Assert.False(door.GetProperty("properties").GetProperty("allow").GetBoolean()));

        // Blob Data Owner, Table Data Contributor; Service Bus Data Receiver, Sender; Key Vault Secrets User; Monitoring Metrics Publisher.
        string[] allowed =
        [
            "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
            "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
            "4633458b-17de-408a-b874-0445c86b69e6", "3913510d-42f4-4e42-8a64-420c390055eb",
        ];
        Assert.Equal(
            allowed.Order(),
            RoleIds().Matches(template.RootElement.GetRawText()).Select(match => match.Groups[1].Value).Distinct().Order());
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
    public async Task Every_trigger_names_a_queue_of_the_code_and_every_queue_has_its_trigger()
    {
        var named = new List<string>();
        foreach (var file in Directory.GetFiles(Checkout.File("src", "MetricsAlerts.Functions", "Triggers"), "*.cs"))
            named.AddRange(
                TriggerQueues()
                    .Matches(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
                    .Select(match => match.Groups[1].Value));

        Assert.Equal(QueueDefinitions.All.Select(queue => queue.Name).Order(), named.Order());
    }

    [GeneratedRegex("[\"']([A-Za-z]+__[A-Za-z_]+|[A-Z]+_[A-Z_]+)[\"'][:,]")]
    private static partial Regex SettingNames();

    [GeneratedRegex("[\"']([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})[\"']")]
    private static partial Regex RoleIds();

    [GeneratedRegex("%([A-Za-z:]+)%")]
    private static partial Regex NamedSettings();

    [GeneratedRegex("ServiceBusTrigger\\(\\s*\"([^\"]+)\"")]
    private static partial Regex TriggerQueues();

    [Fact]
    public async Task The_parameter_file_fits()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("", (await CompileAsync(folder, "build-params", Checkout.File("infra", "main.bicepparam"), "--stdout")).Messages);
    }

    private static async Task<(JsonDocument Template, string Messages)> CompileAsync(TemporaryFolder folder, params string[] arguments)
    {
        var package = typeof(InfrastructureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(
            metadata => metadata.Key == "BicepPackage").Value!;
        var name = OperatingSystem.IsWindows() ? "bicep.exe" : "bicep";
        var bicep = folder.File(name);
        File.Copy(Path.Combine(package, "tools", name), bicep);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(bicep, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        using var process = NodePackages.Start(bicep, arguments, folder.Path);
        var messages = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await messages);
        return (JsonDocument.Parse(output), await messages);
    }

    /// <summary>The resources of the template and of every module in it.</summary>
    private static IEnumerable<JsonElement> Resources(JsonDocument template, bool withModules = false) =>
        Resources(template.RootElement, withModules);

    private static IEnumerable<JsonElement> Resources(JsonElement template, bool withModules)
    {
        foreach (var resource in Elements(template.GetProperty("resources")))
        {
            if (Type(resource) != "Microsoft.Resources/deployments")
            {
                yield return resource;
                continue;
            }

            if (withModules)
                yield return resource;
            foreach (var inner in Resources(resource.GetProperty("properties").GetProperty("template"), withModules))
                yield return inner;
        }
    }

    /// <summary>Resources are an object by symbolic name, or a plain list.</summary>
    private static IEnumerable<JsonElement> Elements(JsonElement resources) =>
        resources.ValueKind == JsonValueKind.Array
            ? resources.EnumerateArray()
            : resources.EnumerateObject().Select(property => property.Value);

    private static JsonElement Single(IEnumerable<JsonElement> resources, string type) =>
        resources.Single(resource => Type(resource) == type).GetProperty("properties");

    private static string Type(JsonElement resource) => resource.GetProperty("type").GetString()!;
}
