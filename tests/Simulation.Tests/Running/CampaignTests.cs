using Simulation.Running;
using Simulation.World;

namespace Simulation.Tests.Running;

public sealed class CampaignTests
{
    [Fact]
    public void Three_hundred_worlds_end_as_promised()
    {
        var campaign = new Campaign(new Options { Seeds = 300 });

        campaign.Run();

        Assert.Equal(300, campaign.Totals.Worlds);
        Assert.Empty(campaign.Failures.SelectMany(failure => failure.Violations.Select(violation => $"seed {failure.Story.Seed}: {violation}")));
    }

    [Fact]
    public void Twenty_worlds_end_as_promised_without_any_hint()
    {
        var campaign = new Campaign(new Options { Seeds = 20, NoHints = true });

        campaign.Run();

        Assert.Empty(campaign.Failures.SelectMany(failure => failure.Violations.Select(violation => $"seed {failure.Story.Seed}: {violation}")));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(21)]
    public void The_same_seed_is_the_same_run(int seed)
    {
        var first = Run.Of(StoryGenerator.Make(seed));
        var second = Run.Of(StoryGenerator.Make(seed));

        Assert.Equal(first.Hash, second.Hash);
        Assert.Equal(first.Steps, second.Steps);
    }
}
