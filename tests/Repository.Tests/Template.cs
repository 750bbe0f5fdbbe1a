using System.Text.Json;

namespace Repository.Tests;

/// <summary>Reads an ARM template.</summary>
internal static class Template
{
    /// <summary>The resources of the template and of every module in it.</summary>
    public static IEnumerable<JsonElement> Resources(this JsonElement template, bool withModules = false)
    {
        foreach (var resource in Elements(template.GetProperty("resources")))
        {
            if (resource.Type() != "Microsoft.Resources/deployments")
            {
                yield return resource;
                continue;
            }

            if (withModules)
                yield return resource;
            foreach (var inner in resource.GetProperty("properties").GetProperty("template").Resources(withModules))
                yield return inner;
        }
    }

    /// <summary>The template of a module.</summary>
    public static JsonElement Module(this JsonElement template, string name) => template.Resources(withModules: true)
        .Single(resource => resource.GetProperty("name").GetString() == name).GetProperty("properties").GetProperty("template");

    /// <summary>The properties of the one resource of a type.</summary>
    public static JsonElement Single(this IEnumerable<JsonElement> resources, string type) =>
        resources.Single(resource => resource.Type() == type).GetProperty("properties");

    public static string Type(this JsonElement resource) => resource.GetProperty("type").GetString()!;

    /// <summary>Resources are an object by symbolic name, or a plain list.</summary>
    private static IEnumerable<JsonElement> Elements(JsonElement resources) =>
        resources.ValueKind == JsonValueKind.Array
            ? resources.EnumerateArray()
            : resources.EnumerateObject().Select(property => property.Value);
}
