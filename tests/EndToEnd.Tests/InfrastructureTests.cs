using System.Reflection;
using System.Text.Json;
using System.Xml;
using MetricsAlerts.Messaging;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

public sealed class InfrastructureTests
{
    [Fact]
    public async Task The_Bicep_compiles_without_a_warning_and_says_what_the_code_says()
    {
        using var folder = new TemporaryFolder();
        var (template, messages) = await CompileAsync(folder, "build", Repository.File("infra", "main.bicep"), "--stdout");

        Assert.Equal("", messages);
        var resources = Resources(template).ToList();
        var storage = Single(resources, "Microsoft.Storage/storageAccounts");
        Assert.False(storage.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.False(storage.GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.Equal("TLS1_2", storage.GetProperty("minimumTlsVersion").GetString());
        Assert.True(Single(resources, "Microsoft.ServiceBus/namespaces").GetProperty("disableLocalAuth").GetBoolean());
        Assert.True(Single(resources, "Microsoft.KeyVault/vaults").GetProperty("enableRbacAuthorization").GetBoolean());
        Assert.True(Single(resources, "Microsoft.Web/sites").GetProperty("httpsOnly").GetBoolean());
        Assert.All(resources.Where(resource => Type(resource) == "Microsoft.Authorization/roleAssignments"), assignment => Assert.True(assignment.TryGetProperty("scope", out _), "A role must be scoped to one resource."));
        Assert.DoesNotContain("listKeys", template.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_queues_are_those_of_the_code()
    {
        using var folder = new TemporaryFolder();
        var (template, _) = await CompileAsync(folder, "build", Repository.File("infra", "main.bicep"), "--stdout");
        var module = Resources(template, withModules: true).Single(resource => resource.GetProperty("name").GetString() == "serviceBus").GetProperty("properties").GetProperty("template");
        var shared = Elements(module.GetProperty("resources")).Single(resource => Type(resource) == "Microsoft.ServiceBus/namespaces/queues").GetProperty("properties");
        var queues = module.GetProperty("variables").GetProperty("queues").EnumerateArray().Select(queue => new QueueDefinition(queue.GetProperty("name").GetString()!)
        {
            DuplicateDetectionWindow = XmlConvert.ToTimeSpan(queue.GetProperty("duplicateDetection").GetString()!),
            LockDuration = XmlConvert.ToTimeSpan(shared.GetProperty("lockDuration").GetString()!),
            MaxDeliveryCount = shared.GetProperty("maxDeliveryCount").GetInt32(),
        });

        Assert.Equal(PipelineQueues.All, queues);
        Assert.True(shared.GetProperty("requiresSession").GetBoolean());
        Assert.True(shared.GetProperty("requiresDuplicateDetection").GetBoolean());
    }

    [Fact]
    public async Task The_parameter_file_fits()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("", (await CompileAsync(folder, "build-params", Repository.File("infra", "main.bicepparam"), "--stdout")).Messages);
    }

    private static async Task<(JsonDocument Template, string Messages)> CompileAsync(TemporaryFolder folder, params string[] arguments)
    {
        var package = typeof(InfrastructureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "BicepPackage").Value!;
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
    private static IEnumerable<JsonElement> Resources(JsonDocument template, bool withModules = false) => Resources(template.RootElement, withModules);

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
        resources.ValueKind == JsonValueKind.Array ? resources.EnumerateArray() : resources.EnumerateObject().Select(property => property.Value);

    private static JsonElement Single(IEnumerable<JsonElement> resources, string type) => resources.Single(resource => Type(resource) == type).GetProperty("properties");

    private static string Type(JsonElement resource) => resource.GetProperty("type").GetString()!;
}
