using System.Text.Json;
using NodaTime.Text;
using Vagus.Access.Outgoing;
using Vagus.Identity.Notices;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Notices;

/// <summary>What a person chooses.</summary>
public abstract class PreferenceTests(Engine engine)
{
    private static readonly Statement Phones = new("select body, sealed_phone from access_preference");

    [Fact]
    public async Task A_person_who_has_chosen_nothing_has_the_preferences_of_the_house()
    {
        await using var desk = await Desk.Open(engine);

        var shown = (await desk.Clinic.Get("/api/preferences", desk.Session)).Is(200).Json;

        Assert.Equal(
            """
            {"email":{"enabled":true,"address":"ann@example.org","refusedAt":null},"sms":{"enabled":false,"phone":null},"push":{"enabled":true},"digest":{"enabled":false,"time":"09:00"},"quietHours":null,"timeZone":"UTC","language":"en","kinds":{"message":["email","push","sms"],"notification":["push"]}}
            """.Trim(),
            shown.GetRawText());
    }

    [Fact]
    public async Task What_a_change_does_not_name_stays_and_the_phone_number_is_stored_sealed()
    {
        await using var desk = await Desk.Open(engine);
        (await desk.Prefer(new
        {
            email = new { enabled = false, address = "Ann@Example.org" },
            sms = new { enabled = true, phone = "+15551234567" },
            digest = new { enabled = true, time = "07:15" },
            quietHours = new { from = "21:00", to = "07:00" },
            timeZone = "Europe/Berlin",
            language = "es",
            kinds = new { notification = new[] { "email" } },
        })).Is(200);

        var second = (await desk.Prefer(new { quietHours = (object?)null, push = new { enabled = false } })).Is(200).Json;

        Assert.Equal(
            (false, true, "+15551234567", false, "07:15", "Europe/Berlin", "es"),
            (second.GetProperty("email").GetProperty("enabled").GetBoolean(), second.GetProperty("sms").GetProperty("enabled").GetBoolean(),
                second.GetProperty("sms").GetProperty("phone").GetString(), second.GetProperty("push").GetProperty("enabled").GetBoolean(),
                second.GetProperty("digest").GetProperty("time").GetString(), second.GetProperty("timeZone").GetString(),
                second.GetProperty("language").GetString()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("quietHours").ValueKind);
        Assert.Equal("email", second.GetProperty("kinds").GetProperty("notification")[0].GetString());
        var stored = Assert.Single(await desk.Clinic.Get<Database>().Query(
            Phones, [], row => row.GetString(0) + System.Text.Encoding.Latin1.GetString((byte[])row.GetValue(1)), default));
        Assert.DoesNotContain("5551234567", stored, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"unheard":1}""", 400, "unknown_field")]
    [InlineData("""{"email":{"adress":"x"}}""", 400, "unknown_field")]
    [InlineData("""{"email":{"address":"other@example.org"}}""", 422, "address_not_of_account")]
    [InlineData("""{"sms":{"enabled":true}}""", 400, "missing_field")]
    [InlineData("""{"sms":{"phone":"555"}}""", 400, "invalid_field")]
    [InlineData("""{"digest":{"time":"9"}}""", 400, "invalid_field")]
    [InlineData("""{"quietHours":{"from":"22:00"}}""", 400, "missing_field")]
    [InlineData("""{"quietHours":{"from":"22:00","to":"22:00"}}""", 400, "invalid_field")]
    [InlineData("""{"quietHours":[]}""", 400, "invalid_field")]
    [InlineData("""{"timeZone":"Mars/Base"}""", 400, "invalid_field")]
    [InlineData("""{"language":"xx"}""", 400, "invalid_field")]
    [InlineData("""{"kinds":{"message":["voice"]}}""", 400, "invalid_field")]
    [InlineData("""{"kinds":{"alert":[]}}""", 400, "unknown_field")]
    [InlineData("[]", 400, "invalid_request")]
    [InlineData("null", 400, "invalid_request")]
    public async Task What_cannot_be_meant_is_refused(string body, int status, string code)
    {
        await using var desk = await Desk.Open(engine);

        var answer = await desk.Prefer(JsonElement.Parse(body));

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task The_doors_are_for_people_and_that_of_the_portal_for_patients()
    {
        await using var desk = await Desk.Open(engine);
        await desk.Clinic.AddUser("pat@example.org", Role.Patient, patient: "p1");
        var patient = (await desk.Clinic.Login("pat@example.org", path: "/api/patient-portal/auth/login")).AccessToken;

        Assert.Equal(401, (await desk.Clinic.Get("/api/preferences")).Status);
        Assert.Equal(403, (await desk.Clinic.Get("/api/patient-portal/preferences", desk.Session)).Status);
        var own = (await desk.Clinic.Get("/api/patient-portal/preferences", patient)).Is(200);
        Assert.Equal("pat@example.org", own.Json.GetProperty("email").GetProperty("address").GetString());
    }
}

public sealed class PreferencesOnSqlite() : PreferenceTests(Engine.Sqlite);

public sealed class PreferencesOnPostgres() : PreferenceTests(Engine.Postgres);

/// <summary>The clock of the person decides, also where it is changed.</summary>
public sealed class NoticeTimingTests
{
    [Theory]
    // Quiet over midnight, in New York.
    [InlineData("2026-03-01T08:00:00Z", "2026-03-01T12:00:00Z")]
    [InlineData("2026-03-01T12:00:00Z", null)]
    [InlineData("2026-03-02T02:59:59Z", null)]
    [InlineData("2026-03-02T03:00:00Z", "2026-03-02T12:00:00Z")]
    // The clock goes on by an hour at two: seven o'clock is an hour earlier.
    [InlineData("2026-03-08T05:00:00Z", "2026-03-08T11:00:00Z")]
    // And back: an hour later.
    [InlineData("2026-11-01T05:30:00Z", "2026-11-01T12:00:00Z")]
    public void Quiet_hours_are_those_of_the_persons_own_clock(string now, string? later)
    {
        var own = new NoticePreferences { TimeZone = "America/New_York", QuietHours = new("22:00", "07:00") };

        Assert.Equal(At(later), NoticeTiming.Later(own, NoticeChannel.Push, At(now)!.Value, planned: false));
    }

    [Theory]
    // 02:30 is skipped on 8 March: the first moment behind the gap that is as much later.
    [InlineData("02:30", "2026-03-08T06:00:00Z", "2026-03-08T07:30:00Z")]
    // 01:30 comes twice on 1 November: the first.
    [InlineData("01:30", "2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z")]
    [InlineData("09:00", "2026-03-01T14:00:00Z", "2026-03-02T14:00:00Z")]
    [InlineData("09:00", "2026-03-01T13:59:00Z", "2026-03-01T14:00:00Z")]
    public void A_digest_comes_at_the_next_time_of_day(string time, string now, string later)
    {
        var own = new NoticePreferences { TimeZone = "America/New_York", Digest = true, DigestTime = time };

        Assert.Equal(At(later), NoticeTiming.Later(own, NoticeChannel.Email, At(now)!.Value, planned: false));
        Assert.Null(NoticeTiming.Later(own, NoticeChannel.Email, At(later)!.Value, planned: true));
        Assert.Null(NoticeTiming.Later(own, NoticeChannel.Push, At(now)!.Value, planned: false));
    }

    [Fact]
    public void Every_kind_has_its_words_in_every_language_and_none_names_anything()
    {
        foreach (var kind in Enum.GetValues<NoticeKind>())
        {
            var texts = NoticePreferences.Languages.Select(language => NoticeTexts.Of(kind, language)).ToList();
            Assert.Equal(texts.Count, texts.Distinct().Count());
            foreach (var language in NoticePreferences.Languages)
            {
                Assert.EndsWith("https://clinic.example/", NoticeTexts.Phone(kind, language, NoticeChannel.Sms, "https://clinic.example/"), StringComparison.Ordinal);
                Assert.DoesNotContain("http", NoticeTexts.Phone(kind, language, NoticeChannel.Voice, "https://clinic.example/"), StringComparison.Ordinal);
                Assert.Contains("https://clinic.example/", NoticeTexts.Mail(kind, language, "https://clinic.example/"), StringComparison.Ordinal);
            }
        }
    }

    private static DateTimeOffset? At(string? text) => text is null ? null : InstantPattern.General.Parse(text).Value.ToDateTimeOffset();
}
