using System.Net;
using MetricsAlerts.Channels.Delivery;

namespace MetricsAlerts.Channels.Tests;

public sealed class TargetGuardTests
{
    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("168.63.129.16")]
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("2001::1")]
    [InlineData("ff02::1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:0a00:0001::1")]
    [InlineData("2002:7f00:0001::1")]
    [InlineData("::10.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    public void The_inside_of_the_network_is_no_target(string address)
    {
        Assert.False(TargetGuard.IsAllowed(IPAddress.Parse(address), allowLoopback: false));
        Assert.False(TargetGuard.IsAllowed(IPAddress.Parse(address), allowLoopback: true));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Loopback_is_one_where_development_allows_it(string address)
    {
        Assert.False(TargetGuard.IsAllowed(IPAddress.Parse(address), allowLoopback: false));
        Assert.True(TargetGuard.IsAllowed(IPAddress.Parse(address), allowLoopback: true));
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    [InlineData("64:ff9b::8.8.8.8")]
    public void The_internet_is_one(string address) => Assert.True(TargetGuard.IsAllowed(IPAddress.Parse(address), allowLoopback: false));

    [Fact]
    public async Task A_name_that_resolves_to_loopback_is_refused_when_the_connection_is_made()
    {
        var exception = await Assert.ThrowsAsync<TargetRefusedException>(async () =>
            await TargetGuard.ConnectAsync(
                new DnsEndPoint("localhost", 443), new() { AllowedHosts = ["localhost:444"] }, TestContext.Current.CancellationToken));

        Assert.Contains("localhost", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_inside_the_network_is_reached_where_whoever_runs_the_process_says_so()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await using var connection = await TargetGuard.ConnectAsync(
            new DnsEndPoint("127.0.0.1", port), new() { AllowedHosts = [$"127.0.0.1:{port}"] }, TestContext.Current.CancellationToken);

        Assert.True(connection.CanWrite);
    }
}
