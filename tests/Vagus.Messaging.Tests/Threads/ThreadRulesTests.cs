using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Tests.Threads;

public sealed class ThreadRulesTests
{
    private static readonly DateTimeOffset Begun = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Begun.AddHours(1);

    [Theory]
    [InlineData("open", null, true, null, "open")]
    [InlineData("waiting_patient", null, true, null, "open")]
    [InlineData("waiting_patient", "nurse", true, null, "waiting_provider")]
    [InlineData("closed", null, true, null, "open")]
    [InlineData("closed", "nurse", true, null, "waiting_provider")]
    [InlineData("open", null, false, null, "waiting_patient")]
    [InlineData("in_progress", "nurse", false, "in_progress", "in_progress")]
    [InlineData("waiting_provider", "nurse", false, "closed", "closed")]
    public void A_message_moves_a_patients_thread_on(string status, string? assigned, bool fromPatient, string? named, string then)
    {
        var thread = Thread() with { Status = status, AssignedTo = assigned };

        var next = ThreadRules.AfterMessage(thread, fromPatient, named, Later);

        Assert.Equal((then, 6L, Later), (next.Status, next.LastSequence, next.LastMessageAt));
        Assert.Equal(status == then ? 3 : 4, next.Version);
    }

    [Fact]
    public void A_patient_waits_since_its_first_message_that_nobody_has_answered()
    {
        var waiting = ThreadRules.AfterMessage(Thread(), fromPatient: true, named: null, Begun);
        var still = ThreadRules.AfterMessage(waiting, fromPatient: true, named: null, Later);
        var answered = ThreadRules.AfterMessage(still, fromPatient: false, named: null, Later);

        Assert.Equal((Begun, Begun, null), (waiting.WaitingSince, still.WaitingSince, answered.WaitingSince));
    }

    [Theory]
    [InlineData("fine", false, null)]
    [InlineData("", false, "invalid")]
    [InlineData(" \n", false, "invalid")]
    [InlineData("", true, null)]
    [InlineData("a\0b", false, "invalid")]
    [InlineData("\ud83d\ude00", false, null)]
    public void A_text_is_taken_as_it_was_typed_or_refused(string text, bool mayBeEmpty, string? code) =>
        Assert.Equal(code, MessageText.Refuse(text, mayBeEmpty)?.Code);

    [Fact]
    public void Half_of_a_pair_of_surrogates_is_no_text()
    {
        foreach (var text in new[] { $"a{(char)0xd83d}", $"{(char)0xde00}", $"{(char)0xde00}{(char)0xd83d}", $"{(char)0xd83d}b" })
            Assert.Equal("invalid", MessageText.Refuse(text, mayBeEmpty: false)?.Code);
    }

    [Fact]
    public void Characters_are_counted_and_not_the_units_that_they_are_kept_in()
    {
        var smiles = string.Concat(Enumerable.Repeat("\ud83d\ude00", MessageText.MostCharacters));

        Assert.Null(MessageText.Refuse(smiles, mayBeEmpty: false));
        Assert.Equal("too_long", MessageText.Refuse(smiles + "x", mayBeEmpty: false)?.Code);
        Assert.Equal(120, MessageText.Preview(smiles).Length);
        Assert.Equal(119, MessageText.Preview("x" + smiles).Length);
    }

    [Fact]
    public void A_patients_thread_is_read_by_those_who_take_part_and_the_roles_of_its_category()
    {
        var refill = ThreadReaders.Of(Thread() with { Category = "prescription_refill" });
        var general = ThreadReaders.Of(Thread());
        var direct = ThreadReaders.Of(Thread() with { Kind = ThreadKind.Direct, Category = null });

        Assert.Contains("role:pharmacy", refill);
        Assert.DoesNotContain("role:pharmacy", general);
        Assert.DoesNotContain("role:billing", general);
        Assert.Contains("role:nurse", general);
        Assert.DoesNotContain("role:patient", general);
        Assert.Equal(["Patient/p1"], direct);
    }

    private static ThreadRow Thread() => new()
    {
        Tenant = new TenantId("t"),
        Id = "th",
        Kind = ThreadKind.Patient,
        Patient = new PatientId("p1"),
        Category = "general",
        Members = ["Patient/p1"],
        CreatedBy = "u",
        CreatedAt = Begun,
        LastMessageAt = Begun,
        LastSequence = 5,
        Version = 3,
    };
}
