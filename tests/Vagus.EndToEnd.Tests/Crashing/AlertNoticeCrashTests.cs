using System.Globalization;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// The server is killed while it tells owners by mail, as soon as the mail server has taken one, when an alert comes to its telephone call,
/// and while somebody writes down that call: no alert is lost, doubled or stuck, and each mail leaves at least once. VAGUS_ALERT_KILLS says
/// how often (4 unless told), VAGUS_SEED when.
/// </summary>
public abstract class AlertNoticeCrashTests(Engine engine)
{
    private const int LastLevel = 4;
    private static readonly int Kills = Number("VAGUS_ALERT_KILLS", 4);
    private static readonly int Seed = Number("VAGUS_SEED", 20261129);

    [Fact]
    public async Task Killed_while_it_tells_owners_the_server_loses_no_mail_and_no_call()
    {
        await using var smtp = RealSmtp.Start();
        var settings = new Dictionary<string, string> { ["VAGUS_SMTP"] = smtp.Address.OriginalString };
        await using var server = await RunningServer.Start(engine, settings);
        using var ward = await AlertWard.Open(server);
        var (mails, random) = (new AlertMails(server.Data, smtp), new Random(Seed));

        for (var kill = 0; kill < Kills; kill++)
        {
            await Interrupt(server, ward, mails, kill, random);
            await mails.EndLeases();
            await server.StartAgain([], settings);
            await ward.NothingIsDue();
        }

        await Condition.Becomes(
            async () => ward.Known.HasAlertOfEachValue(await ward.Alerts()), "each value has its alert", () => server.Said);
        await mails.AllHaveEnded(() => server.Said);

        var (alerts, log) = (await ward.Alerts(), await LogCheck.Contiguous(server.Data, Clinic.Tenant));
        var contradictions = ward.Known.Contradictions(alerts, log).Concat(await mails.Contradictions()).ToList();
        Assert.True(contradictions.Count == 0, string.Join(Environment.NewLine, contradictions.Take(20)));
        Assert.Contains(alerts, alert => (bool)alert["phoneTask"]!);
        Assert.True(mails.Taken > 0);
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{engine}: {Kills} kills, {alerts.Count} alerts, {mails.Taken} mails, {mails.Repeated} of them twice, {ward.Known.Calls} calls"));
    }

    /// <summary>Each kind of moment in turn.</summary>
    private static async Task Interrupt(RunningServer server, AlertWard ward, AlertMails mails, int kill, Random random)
    {
        await ward.Write($"warm-{kill}");
        await ward.HasRaised($"warm-{kill}");
        await ((kill % 4) switch
        {
            0 => WhenTold(ward, kill),
            1 => WhenMailed(ward, mails, kill),
            _ => OnTheWayToTheTelephone(ward),
        });
        // Under way when the server ends, or answered.
        var calling = kill % 4 == 3 ? ward.CallAboutNewest() : Task.CompletedTask;
        await Task.Delay(random.Next(12));
        await server.Kill();
        await calling;
    }

    private static async Task WhenTold(AlertWard ward, int kill)
    {
        var head = await ward.Head();
        await ward.Write($"told-{kill}");
        await ward.Shows("notification.critical", head);
    }

    /// <summary>The mail server has taken it, and the queue may not know yet.</summary>
    private static async Task WhenMailed(AlertWard ward, AlertMails mails, int kill)
    {
        var before = mails.Taken;
        await ward.Write($"mailed-{kill}");
        await Condition.Becomes(
            () => Task.FromResult(mails.Taken > before), "a mail was taken", pause: TimeSpan.FromMilliseconds(1));
    }

    private static async Task OnTheWayToTheTelephone(AlertWard ward)
    {
        for (var level = 2; level <= LastLevel; level++)
        {
            var head = await ward.Head();
            await ward.MakeDue(atMost: 1);
            await ward.Shows("alert.escalated", head);
            if (level < LastLevel) await ward.NothingIsDue();
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : otherwise;
}

public sealed class SqliteAlertNoticeCrashTests() : AlertNoticeCrashTests(Engine.Sqlite);

public sealed class PostgresAlertNoticeCrashTests() : AlertNoticeCrashTests(Engine.Postgres);
