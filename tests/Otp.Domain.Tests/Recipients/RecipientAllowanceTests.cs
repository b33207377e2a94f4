using Otp.Domain.Recipients;
using Otp.Domain.Tests.Support;

namespace Otp.Domain.Tests.Recipients;

[Trait("Rule", "11")]
public sealed class RecipientAllowanceTests
{
    private const string Recipient = "ana@example.com";

    private static readonly DateTimeOffset Start = Some.Start;
    private static readonly RecipientLimit[] Codes = [new(5, TimeSpan.FromMinutes(10)), new(20, TimeSpan.FromHours(24))];
    private static readonly RecipientLimit[] Notices = [new(20, TimeSpan.FromHours(24))];

    [Fact]
    [Trait("Rule", "23")]
    public void Start_WhenNew_ShouldCountNothingAndBeAtSequenceOne()
    {
        var allowance = RecipientAllowance.Start(Recipient, "user-1", RecipientCounter.FactorAdded, Start);

        allowance.Recipient.Should().Be(Recipient);
        allowance.UserId.Should().Be("user-1");
        allowance.Counter.Should().Be(RecipientCounter.FactorAdded);
        allowance.SentAt.Should().BeEmpty();
        allowance.Sequence.Should().Be(1);
        allowance.CreatedAt.Should().Be(Start);
        allowance.ChangedAt.Should().Be(Start);
        allowance.FreeAt(Codes, Start).Should().Be(Start);
    }

    [Fact]
    public void Start_WhenRecipientIsEmpty_ShouldThrow() => FluentActions
        .Invoking(() => RecipientAllowance.Start("", RecipientAllowance.AllUsers, RecipientCounter.Passcodes, Start))
        .Should().Throw<ArgumentException>();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void FreeAt_WhenBelowTheShortLimit_ShouldBeNow(int mails) => Sent(mails, TimeSpan.Zero).FreeAt(Codes, Start).Should().Be(Start);

    [Fact]
    public void FreeAt_WhenFiveWereSent_ShouldBeTenMinutesAfterTheFirst()
    {
        var allowance = Sent(5, TimeSpan.FromMinutes(1));

        allowance.FreeAt(Codes, Start.AddMinutes(4)).Should().Be(Start.AddMinutes(10));
        allowance.FreeAt(Codes, Start.AddMinutes(10) - Some.Tick).Should().Be(Start.AddMinutes(10));
        allowance.FreeAt(Codes, Start.AddMinutes(10)).Should().Be(Start.AddMinutes(10));
        allowance.FreeAt(Codes, Start.AddMinutes(11)).Should().Be(Start.AddMinutes(11));
    }

    [Fact]
    public void FreeAt_WhenTheWindowSlides_ShouldFreeOneMailAtATime()
    {
        var allowance = Sent(5, TimeSpan.FromMinutes(1));
        var now = Start.AddMinutes(10);

        allowance.RecordSend(Codes, now);

        allowance.FreeAt(Codes, now).Should().Be(Start.AddMinutes(11), "the second mail leaves the window then");
    }

    [Fact]
    public void FreeAt_WhenTwentyWereSentInADay_ShouldBeADayAfterTheFirst()
    {
        var allowance = Sent(20, TimeSpan.FromMinutes(30));
        var now = Start.AddHours(12);

        allowance.FreeAt(Codes, now).Should().Be(Start.AddHours(24));
        allowance.FreeAt(Codes, Start.AddHours(24) - Some.Tick).Should().Be(Start.AddHours(24));
        allowance.FreeAt(Codes, Start.AddHours(24)).Should().Be(Start.AddHours(24));
    }

    [Fact]
    public void FreeAt_WhenBothLimitsAreReached_ShouldBeTheLaterTime()
    {
        var allowance = Sent(15, TimeSpan.FromHours(1));
        for (var i = 0; i < 5; i++)
        {
            allowance.RecordSend(Codes, Start.AddMinutes(1435));
        }

        allowance.FreeAt(Codes, Start.AddMinutes(1435)).Should().Be(Start.AddMinutes(1435).AddMinutes(10), "the day's first mail leaves the window earlier");
    }

    [Fact]
    public void FreeAt_WhenThereIsNoLimit_ShouldBeNow() => Sent(30, TimeSpan.Zero).FreeAt([], Start).Should().Be(Start);

    [Fact]
    [Trait("Requirement", "SEC-14")]
    public void FreeAt_WhenWaitedFor_ShouldBeEnoughAndNeverMoreThanAllowed()
    {
        var allowance = RecipientAllowance.Start(Recipient, RecipientAllowance.AllUsers, RecipientCounter.Passcodes, Start);
        var sent = new List<DateTimeOffset>();
        var now = Start;

        // Sends as fast as it may, with a pause of another length now and then.
        for (var i = 0; i < 200; i++)
        {
            now = allowance.FreeAt(Codes, now);
            allowance.FreeAt(Codes, now).Should().Be(now);
            allowance.RecordSend(Codes, now);
            sent.Add(now);
            now += TimeSpan.FromSeconds(i % 7 * 37);
        }

        foreach (var limit in Codes)
        {
            sent.Should().OnlyContain(at => sent.Count(other => other <= at && other > at - limit.Window) <= limit.PermitLimit);
        }

        sent.Count(at => at < Start.AddHours(24)).Should().Be(20, "the allowance is not stricter than it says either");
    }

    [Fact]
    [Trait("Rule", "23")]
    public void RecordSend_WhenCalled_ShouldBeOneChangeAndForgetWhatLeftTheLongestWindow()
    {
        var allowance = Sent(3, TimeSpan.FromMinutes(1));
        var now = Start.AddHours(24).AddMinutes(1);

        allowance.RecordSend(Codes, now);

        allowance.SentAt.Should().Equal(Start.AddMinutes(2).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
        allowance.Sequence.Should().Be(5);
        allowance.ChangedAt.Should().Be(now);
    }

    [Fact]
    [Trait("Rule", "23")]
    public void RecordSend_WhenThereIsNoLimit_ShouldRememberThatMailAlone()
    {
        var allowance = Sent(3, TimeSpan.FromMinutes(1));
        var now = Start.AddMinutes(5);

        allowance.RecordSend([], now);

        allowance.SentAt.Should().Equal(now.ToUnixTimeMilliseconds());
        allowance.Sequence.Should().Be(5);
    }

    [Fact]
    public void AdmitNotice_WhenBelowTheCap_ShouldBeSentAtOnceAndCounted()
    {
        var allowance = NoticesSent(19);

        allowance.AdmitNotice(Notices, Start).Should().Be(new NoticeSlot(Start, IsSummary: false));
        allowance.SentAt.Should().HaveCount(20);
        allowance.SummaryDueAt.Should().BeNull();
    }

    [Fact]
    public void AdmitNotice_WhenOverTheCap_ShouldBeOneSummaryWhenTheWindowFrees()
    {
        var allowance = NoticesSent(20);
        var due = Start.AddHours(24);

        allowance.AdmitNotice(Notices, Start.AddHours(1)).Should().Be(new NoticeSlot(due, IsSummary: true));
        var sequence = allowance.Sequence;

        allowance.AdmitNotice(Notices, Start.AddHours(2)).Should().BeNull();
        allowance.AdmitNotice(Notices, due - Some.Tick).Should().BeNull();
        allowance.Sequence.Should().Be(sequence, "a notice that the summary covers changes nothing");
        allowance.SummaryDueAt.Should().Be(due);
    }

    [Fact]
    public void AdmitNotice_WhenTheSummaryHasGone_ShouldBeSentAtOnceAgain()
    {
        var allowance = NoticesSent(20);
        var due = allowance.AdmitNotice(Notices, Start)!.DueAt;
        var later = due + TimeSpan.FromHours(24);

        allowance.AdmitNotice(Notices, later).Should().Be(new NoticeSlot(later, IsSummary: false));
        allowance.SummaryDueAt.Should().BeNull();
    }

    [Fact]
    public void AdmitNotice_WhenTheSummaryIsDueNow_ShouldNotBeCoveredByIt()
    {
        var allowance = NoticesSent(20);
        var due = allowance.AdmitNotice(Notices, Start)!.DueAt;

        allowance.AdmitNotice(Notices, due).Should().Be(new NoticeSlot(due, IsSummary: false));
        allowance.SummaryDueAt.Should().BeNull();
    }

    [Fact]
    [Trait("Rule", "23")]
    public void AdmitNotice_WhenASummaryIsPlanned_ShouldBeOneChange()
    {
        var allowance = NoticesSent(20);
        var sequence = allowance.Sequence;

        allowance.AdmitNotice(Notices, Start.AddHours(1));

        allowance.Sequence.Should().Be(sequence + 1);
        allowance.ChangedAt.Should().Be(Start.AddHours(1));
    }

    // A summary is a mail of that kind too: a stranger who causes notices without end must not get more than the cap out of it.
    [Fact]
    public void AdmitNotice_WhenNoticesNeverStop_ShouldKeepTheCapWithTheSummariesIn()
    {
        var allowance = RecipientAllowance.Start(Recipient, RecipientAllowance.AllUsers, RecipientCounter.AddressChanged, Start);
        var mails = new List<DateTimeOffset>();
        for (var now = Start; now < Start.AddDays(3); now += TimeSpan.FromSeconds(mails.Count < 20 ? 60 : 10))
        {
            if (allowance.AdmitNotice(Notices, now) is { } slot)
            {
                mails.Add(slot.DueAt);
            }
        }

        var mostInADay = mails.Max(at => mails.Count(other => other <= at && other > at.AddHours(-24)));
        mostInADay.Should().BeLessThanOrEqualTo(20);
    }

    private static RecipientAllowance Sent(int mails, TimeSpan apart)
    {
        var allowance = RecipientAllowance.Start(Recipient, RecipientAllowance.AllUsers, RecipientCounter.Passcodes, Start);
        for (var i = 0; i < mails; i++)
        {
            allowance.RecordSend(Codes, Start + (i * apart));
        }

        return allowance;
    }

    private static RecipientAllowance NoticesSent(int notices)
    {
        var allowance = RecipientAllowance.Start(Recipient, RecipientAllowance.AllUsers, RecipientCounter.AddressChanged, Start);
        for (var i = 0; i < notices; i++)
        {
            allowance.AdmitNotice(Notices, Start)!.IsSummary.Should().BeFalse();
        }

        return allowance;
    }
}
