using Simulation.Oracle;

namespace Simulation.Tests.Oracle;

public sealed class ReaderTests
{
    private static readonly AlertId Id = new("r1", "d1", "all", "Accuracy");
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly Judged Open = new(true);

    private readonly Reader _reader = new("chat");
    private int _minutes;

    [Fact]
    public void He_believes_what_he_hears()
    {
        Hear("n1", "Fired", Open);
        Assert.Equal(Open, _reader.Beliefs[Id].State);

        Hear("n2", "Resolved", Judged.Closed);
        Assert.Equal(Judged.Closed, _reader.Beliefs[Id].State);
        Assert.Empty(_reader.Noticed);
    }

    [Fact]
    public void He_notices_words_that_do_not_fit_what_he_believes()
    {
        Hear("n1", "Resolved", Judged.Closed);
        Hear("n2", "Fired", Open);
        Hear("n3", "Fired", Open, version: "1.2");

        Assert.Equal(["wrong word", "wrong word"], _reader.Noticed.Select(violation => violation.Kind));
    }

    [Fact]
    public void The_same_message_may_come_again_with_a_higher_number_only()
    {
        Hear("n1", "Fired", Open);
        Hear("n1", "Fired", Open, number: 2);
        Assert.Empty(_reader.Noticed);

        Hear("n1", "Fired", Open, number: 2);
        Assert.Equal("repeated without saying so", Assert.Single(_reader.Noticed).Kind);
    }

    [Fact]
    public void What_the_sender_cannot_know_may_be_said_in_other_words()
    {
        Hear("n1", "Fired", Open, isRecorded: false);
        Hear("n2", "Fired", new(true, IsCritical: true), version: "1.2");
        Assert.Empty(_reader.Noticed);

        Hear("n3", "Fired", Open, version: "1.3");
        Assert.Equal("wrong word", Assert.Single(_reader.Noticed).Kind);
    }

    [Fact]
    public void A_message_that_was_refused_and_is_known_to_be_excuses_nothing()
    {
        _reader.MayHaveMissed(Attempt("n1", "Fired", Open, 1, "1.1", isRecorded: true, Outcome.Refused));
        Hear("n2", "Resolved", Judged.Closed, version: "1.2");

        Assert.Equal("wrong word", Assert.Single(_reader.Noticed).Kind);
    }

    private void Hear(string id, string change, Judged state, int number = 1, string version = "1.1", bool isRecorded = true) =>
        _reader.Read(Attempt(id, change, state, number, version, isRecorded, Outcome.Delivered));

    private Attempt Attempt(string id, string change, Judged state, int number, string version, bool isRecorded, Outcome outcome) =>
        new("chat", "g", id, number, [new Word(Id, version, change, state)])
        {
            Began = Start + TimeSpan.FromMinutes(++_minutes),
            Taken = outcome == Outcome.Delivered ? Start + TimeSpan.FromMinutes(_minutes) : null,
            Outcome = outcome,
            IsRecorded = isRecorded,
        };
}
