using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace MetricsAlerts.Testing;

/// <summary>
/// Validates an object of every options type once, before any test runs. A range of durations reads its bounds when it is first asked, and
/// is not safe when two hosts of one process ask it for the first time at the same moment; a real process has one host.
/// </summary>
public sealed class RangesReadOnce
{
    /// <summary>Validates them.</summary>
    public RangesReadOnce()
    {
        var types = from file in Directory.EnumerateFiles(AppContext.BaseDirectory, "MetricsAlerts.*.dll")
                    from type in Assembly.Load(AssemblyName.GetAssemblyName(file)).GetTypes()
                    where type.Name.EndsWith("Options", StringComparison.Ordinal) && !type.IsAbstract &&
                        type.GetConstructor(Type.EmptyTypes) is not null
                    select type;
        foreach (var options in types.Select(type => Activator.CreateInstance(type)!))
            Validator.TryValidateObject(options, new(options), [], validateAllProperties: true);
    }
}
