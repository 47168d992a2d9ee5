using System.Text.Json;
using System.Text.RegularExpressions;
using NodaTime;
using Vagus.Access.Outgoing;
using Vagus.Identity.People;
using Vagus.Kernel;

namespace Vagus.Identity.Notices;

/// <summary>Reads a change of preferences strictly, and applies it to what was chosen before. Pure.</summary>
internal static partial class PreferenceChange
{
    private static readonly string[] Fields = ["email", "sms", "push", "digest", "quietHours", "timeZone", "language", "kinds"];
    private const string Time = "a time of day such as 09:00";

    public static bool NamesEmail(JsonElement body) => body.TryGetProperty("email", out _);

    /// <param name="before">As it was.</param>
    /// <param name="address">The account's e-mail address: there is no other that was proven to be the person's.</param>
    /// <param name="body">What was sent.</param>
    public static Result<ChosenNotices> Apply(ChosenNotices before, string address, JsonElement body)
    {
        var top = RequestFields.Read(body, Fields);
        if (top.Refusal is { } refusal) return refusal;
        if (body.ValueKind != JsonValueKind.Object) return FieldRefusals.NotAnObject;
        Result<ChosenNotices> result = before;
        result = Then(result, body, "email", ["enabled", "address"], (chosen, part) => Email(chosen, part, address));
        result = Then(result, body, "sms", ["enabled", "phone"], Sms);
        result = Then(result, body, "push", ["enabled"], Push);
        result = Then(result, body, "digest", ["enabled", "time"], Digest);
        result = top.Value.IsNull("quietHours")
            ? With(result, own => own with { QuietHours = null })
            : Then(result, body, "quietHours", ["from", "to"], Quiet);
        result = Then(result, body, "kinds", [.. NoticePreferences.ChosenKinds.Select(kind => kind.Name())], Kinds);
        return result.Refusal is { } invalid ? invalid : Words(result.Value, top.Value);
    }

    private static Result<ChosenNotices> Email(ChosenNotices before, RequestFields part, string address)
    {
        var (enabled, given) = (part.Flag("enabled"), part.OptionalText("address", EmailAddress.MaxLength));
        if ((enabled.Refusal ?? given.Refusal) is { } invalid) return invalid;
        if (given.Value is { } other && UserRow.KeyOf(other) != UserRow.KeyOf(address)) return OtherAddress;
        return before with { Preferences = before.Preferences with { Email = enabled.Value ?? before.Preferences.Email } };
    }

    private static Result<ChosenNotices> Sms(ChosenNotices before, RequestFields part)
    {
        var (enabled, given) = (part.Flag("enabled"), part.OptionalText("phone"));
        if ((enabled.Refusal ?? given.Refusal) is { } invalid) return invalid;
        if (given.Value is { } number && !E164().IsMatch(number)) return FieldRefusals.Wrong("phone", "a number such as +15551234567");
        var phone = part.IsNull("phone") ? null : given.Value ?? before.Phone;
        var isOn = enabled.Value ?? before.Preferences.Sms;
        if (isOn && phone is null) return FieldRefusals.Missing("phone");
        return new ChosenNotices(before.Preferences with { Sms = isOn }, phone);
    }

    private static Result<ChosenNotices> Push(ChosenNotices before, RequestFields part)
    {
        var enabled = part.Flag("enabled");
        return enabled.Refusal is { } invalid
            ? invalid : before with { Preferences = before.Preferences with { Push = enabled.Value ?? before.Preferences.Push } };
    }

    private static Result<ChosenNotices> Digest(ChosenNotices before, RequestFields part)
    {
        var (enabled, time) = (part.Flag("enabled"), part.OptionalText("time"));
        if ((enabled.Refusal ?? time.Refusal) is { } invalid) return invalid;
        if (time.Value is { } text && NoticePreferences.Time(text) is null) return FieldRefusals.Wrong("time", Time);
        var own = before.Preferences;
        return before with
        {
            Preferences = own with { Digest = enabled.Value ?? own.Digest, DigestTime = time.Value ?? own.DigestTime },
        };
    }

    private static Result<ChosenNotices> Quiet(ChosenNotices before, RequestFields part)
    {
        var (from, to) = (part.Text("from"), part.Text("to"));
        if ((from.Refusal ?? to.Refusal) is { } invalid) return invalid;
        if (NoticePreferences.Time(from.Value) is null) return FieldRefusals.Wrong("from", Time);
        if (NoticePreferences.Time(to.Value) is null || to.Value == from.Value) return FieldRefusals.Wrong("to", $"{Time}, another than 'from'");
        return before with { Preferences = before.Preferences with { QuietHours = new QuietHours(from.Value, to.Value) } };
    }

    private static Result<ChosenNotices> Kinds(ChosenNotices before, RequestFields part)
    {
        var own = before.Preferences;
        var (message, notification) = (Channels(part, NoticeKind.Message), Channels(part, NoticeKind.Notification));
        if ((message.Refusal ?? notification.Refusal) is { } invalid) return invalid;
        return before with
        {
            Preferences = own with { Message = message.Value ?? own.Message, Notification = notification.Value ?? own.Notification },
        };
    }

    private static Result<string[]?> Channels(RequestFields part, NoticeKind kind)
    {
        var given = part.Texts(kind.Name(), Choosable.Length);
        if (given.Refusal is { } invalid) return invalid;
        return given.Value?.All(Choosable.Contains) == false
            ? FieldRefusals.Wrong(kind.Name(), $"a list of {string.Join(", ", Choosable)}") : given.Value?.Distinct().ToArray();
    }

    private static Result<ChosenNotices> Words(ChosenNotices before, RequestFields top)
    {
        var (zone, language) = (top.OptionalText("timeZone"), top.OptionalText("language"));
        if ((zone.Refusal ?? language.Refusal) is { } invalid) return invalid;
        if (zone.Value is { } name && DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is null)
            return FieldRefusals.Wrong("timeZone", "a time zone such as America/New_York");
        if (language.Value is { } code && !NoticePreferences.Languages.Contains(code))
            return FieldRefusals.Wrong("language", $"one of {string.Join(", ", NoticePreferences.Languages)}");
        var own = before.Preferences;
        return before with
        {
            Preferences = own with { TimeZone = zone.Value ?? own.TimeZone, Language = language.Value ?? own.Language },
        };
    }

    private static Result<ChosenNotices> Then(
        Result<ChosenNotices> before, JsonElement body, string name, string[] known,
        Func<ChosenNotices, RequestFields, Result<ChosenNotices>> read)
    {
        if (before.IsRefused || !body.TryGetProperty(name, out var part)) return before;
        if (part.ValueKind != JsonValueKind.Object) return FieldRefusals.Wrong(name, "an object");
        var fields = RequestFields.Read(part, known);
        return fields.Refusal is { } refusal ? refusal : read(before.Value, fields.Value);
    }

    private static Result<ChosenNotices> With(Result<ChosenNotices> before, Func<NoticePreferences, NoticePreferences> change) =>
        before.IsRefused ? before : before.Value with { Preferences = change(before.Value.Preferences) };

    // A call is for alerts alone, whose policy asks for it.
    private static readonly string[] Choosable = [NoticeChannel.Email.Name(), NoticeChannel.Push.Name(), NoticeChannel.Sms.Name()];

    private static readonly Refusal OtherAddress = new(
        RefusalKind.Unprocessable, "address_not_of_account", "Notices go to the address of the account, which was verified.");

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex E164();
}
