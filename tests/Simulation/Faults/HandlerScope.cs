using Simulation.Oracle;
using Simulation.Ports;

namespace Simulation.Faults;

/// <summary>What the running code works on: it flows with the code.</summary>
/// <param name="Stage">The stage, <c>tick</c> or <c>night</c>.</param>
/// <param name="Delivery">Which delivery of a message; 0 when it is none.</param>
/// <param name="Session">The session under lock.</param>
public sealed record HandlerScope(string Stage, int Delivery = 0, MemorySession? Session = null)
{
    /// <summary>The message that was sent last, of whose outcome nothing is stored yet.</summary>
    public Attempt? Sent { get; set; }

    private static readonly AsyncLocal<HandlerScope?> Local = new();

    /// <summary>That of the code that asks.</summary>
    public static HandlerScope? Current
    {
        get => Local.Value;
        set => Local.Value = value;
    }
}
