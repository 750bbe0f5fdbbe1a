using System.Security.Cryptography;
using System.Text;

namespace MetricsAlerts.Simulator.Scenarios;

/// <summary>Ids of 24 hexadecimal characters, as DataRobot's are, derived from a name.</summary>
internal static class HexId
{
    public static string From(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 12));
}
