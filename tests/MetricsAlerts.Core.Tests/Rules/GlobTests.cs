using MetricsAlerts.Alerts;
using MetricsAlerts.Rules;

namespace MetricsAlerts.Core.Tests.Rules;

public sealed class GlobTests
{
    [Theory]
    [InlineData("credit-*", "credit-risk", true)]
    [InlineData("credit-*", "credit", false)]
    [InlineData("*", "", true)]
    [InlineData("*a*b*", "xaybz", true)]
    [InlineData("*ab", "aab", true)]
    [InlineData("*aab*c", "aaabxxc", true)]
    [InlineData("?", "", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a*", "A", false)]
    [InlineData("a\\*", "a\\b", true)]
    [InlineData("a\\*", "ab", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("a*c", "a\nc", true)]
    public void A_star_stands_for_any_text_and_a_question_mark_for_one_character(string glob, string name, bool matches) =>
        Assert.Equal(matches, new Glob(glob).Matches(name));

    // R13
    [Fact]
    public void Many_stars_cost_no_more_than_pattern_times_name()
    {
        var glob = new Glob(string.Concat(Enumerable.Repeat("*a", 5000)));

        Assert.False(glob.Matches(new string('a', 4999)));
        Assert.True(glob.Matches(new string('a', 5000)));
        Assert.False(glob.Matches(new string('a', 20_000) + "b"));
    }

    // R5
    [Fact]
    public void An_exact_name_is_matched_literally()
    {
        var exact = Glob.Exact("m*");

        Assert.True(exact.Matches("m*"));
        Assert.False(exact.Matches("metric"));
        Assert.NotEqual(new Glob("m*"), exact);
        Assert.Equal(new Glob("m"), Glob.Exact("m"));
        Assert.Equal("\"m*\"", exact.ToString());
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("**", true)]
    [InlineData("?*", true)]
    [InlineData("?", false)]
    [InlineData("??*", false)]
    [InlineData("a*", false)]
    [InlineData("a", false)]
    public void What_means_every_name_is_known(string glob, bool isEverything) => Assert.Equal(isEverything, new Glob(glob).IsEverything);
}
