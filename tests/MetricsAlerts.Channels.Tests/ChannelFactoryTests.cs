using MetricsAlerts.Notifying;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsAlerts.Channels.Tests;

public sealed class ChannelFactoryTests
{
    [Fact]
    public void A_secret_that_the_vault_does_not_have_is_missing() =>
        Assert.Contains(
            "Secrets__chat",
            Assert.Throws<ChannelConfigurationException>(
                () => Factory("@Microsoft.KeyVault(SecretUri=https://v/secrets/chat)").Create(new("chat", "teams", "secret:chat"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_missing_secret_is_named() =>
        Assert.Contains(
            "Secrets__chat",
            Assert.Throws<ChannelConfigurationException>(() => Factory().Create(new("chat", "teams", "secret:chat"))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("http://chat.example.com/hook?sig=topsecret")]
    [InlineData("ftp://chat.example.com/topsecret")]
    [InlineData("topsecret")]
    public void A_secret_that_is_no_https_address_is_refused_without_being_shown(string secret) =>
        Assert.DoesNotContain(
            "topsecret",
            Assert.Throws<ChannelConfigurationException>(() => Factory(secret).Create(new("chat", "teams", "secret:chat"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void An_unknown_type_is_refused() =>
        Assert.Throws<ChannelConfigurationException>(
            () => Factory("https://chat.example.com").Create(new("chat", "pigeon", "secret:chat")));

    private static IChannelFactory Factory(string? secret = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Secrets:chat"] = secret }).Build();
        return new ServiceCollection()
            .AddLogging().AddSingleton<IConfiguration>(configuration).AddChannels(configuration).BuildServiceProvider()
            .GetRequiredService<IChannelFactory>();
    }
}
