using System.Collections.Concurrent;
using Vagus.Access.Outgoing;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Identity.Tests.Notices;

/// <summary>A room that causes notices: what waits in it, and what it was told of their ends.</summary>
internal sealed class Waiting(NoticeKind kind) : INoticeSource
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> since = new(StringComparer.Ordinal);

    public NoticeKind Kind => kind;

    public ConcurrentQueue<NoticeEnd> Ends { get; } = new();

    public void Add(string about, DateTimeOffset at) => since[about] = at;

    public void Read(string about) => since.TryRemove(about, out _);

    public ValueTask<DateTimeOffset?> WaitsSince(WriteTransaction write, Caller person, string about, CancellationToken cancel) =>
        ValueTask.FromResult<DateTimeOffset?>(since.TryGetValue(about, out var at) ? at : null);

    public ValueTask Ended(WriteTransaction write, NoticeEnd end, CancellationToken cancel)
    {
        Ends.Enqueue(end);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A clinic with rooms that notify, and with what the notices go to.</summary>
internal sealed class Desk : IAsyncDisposable
{
    public const string Ann = "ann@example.org";

    private Desk(TestClinic clinic, Receiver push, Receiver phone, UserId user, string session)
    {
        (Clinic, Push, Phone, User, Session) = (clinic, push, phone, user, session);
    }

    public TestClinic Clinic { get; }

    public Receiver Push { get; }

    public Receiver Phone { get; }

    public UserId User { get; }

    public string Session { get; private set; }

    public Waiting Messages { get; private init; } = new(NoticeKind.Message);

    public Waiting Alerts { get; private init; } = new(NoticeKind.Alert);

    public static IdentityOptions Options(Receiver phone) => new()
    {
        PasswordIterations = 10,
        Notices = new Identity.Notices.NoticeOptions
        {
            PhoneWebhook = new Uri(phone.Address, "/gateway"),
            PhoneSecret = new string('s', 32),
            PhoneOnPrivateNetwork = true,
            PushOnPrivateNetwork = true,
        },
    };

    public static async Task<Desk> Open(Engine engine, Func<IdentityOptions, IdentityOptions>? change = null)
    {
        var (push, phone) = (await Receiver.Start(), await Receiver.Start());
        var (messages, alerts) = (new Waiting(NoticeKind.Message), new Waiting(NoticeKind.Alert));
        var options = change?.Invoke(Options(phone)) ?? Options(phone);
        var clinic = await TestClinic.Open(engine, options, add: services =>
        {
            services.Add(new(typeof(INoticeSource), messages));
            services.Add(new(typeof(INoticeSource), alerts));
        });
        var user = await clinic.AddUser(Ann);
        var session = (await clinic.Login(Ann)).AccessToken;
        return new Desk(clinic, push, phone, user, session) { Messages = messages, Alerts = alerts };
    }

    /// <summary>A message waits from now on, and its notice stands in the queue.</summary>
    public async Task MessageComes(string about = "thread-1", TimeSpan ago = default)
    {
        var since = Clinic.Clock.GetUtcNow() - ago;
        Messages.Add(about, since);
        await Write(new Notice(NoticeKind.Message, User, about, since));
    }

    public async Task AlertComes(string about = "alert-1", params NoticeChannel[] channels)
    {
        Alerts.Add(about, Clinic.Clock.GetUtcNow());
        await Write(new Notice(NoticeKind.Alert, User, about, Clinic.Clock.GetUtcNow())
        {
            Channels = channels, Until = Clinic.Clock.GetUtcNow() + TimeSpan.FromMinutes(10),
        });
    }

    public async Task Acknowledge(string about = "alert-1") => Assert.False((await Clinic.Get<GroupCommit>().Write<bool>(
        TestClinic.North,
        async (write, cancel) =>
        {
            await Clinic.Get<INotifyUsers>().Cancel(write, NoticeKind.Alert, about, cancel);
            return true;
        },
        default)).IsRefused);

    public async Task<Answer> Prefer(object preferences)
    {
        var answer = await Clinic.Send(HttpMethod.Put, "/api/preferences", preferences, Session);
        return answer;
    }

    public async Task<Browser> Subscribes(string path = "/push/1")
    {
        var browser = new Browser();
        var answer = await Clinic.Send(
            HttpMethod.Post, "/api/push/subscriptions", browser.Subscription(new Uri(Push.Address, path)), Session);
        Assert.True(answer.Status == 201, answer.Text);
        return browser;
    }

    /// <summary>The clock goes on, and what is due then is sent.</summary>
    public async Task After(TimeSpan time)
    {
        Clinic.Clock.Advance(time);
        await Clinic.SendMails();
    }

    /// <summary>Waits until something holds; what is due is sent meanwhile.</summary>
    public async Task Until(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isSo())
        {
            await Clinic.SendMails();
            await Task.Delay(20, limit.Token);
        }
    }

    public async Task<List<(string Channel, string Outcome)>> Ended() => await Clinic.Get<Storage.Database>().Query(
        new Statement("select channel, outcome from access_delivery where ended_at is not null order by ended_at, channel"), [],
        row => (row.GetString(0), row.GetString(1)), default);

    public async Task SignInAgain() => Session = (await Clinic.Login(Ann)).AccessToken;

    private async Task Write(Notice notice) => Assert.False((await Clinic.Get<GroupCommit>().Write<bool>(
        TestClinic.North,
        async (write, cancel) =>
        {
            await Clinic.Get<INotifyUsers>().Queue(write, notice, cancel);
            return true;
        },
        default)).IsRefused);

    public async ValueTask DisposeAsync()
    {
        await Clinic.DisposeAsync();
        await Push.DisposeAsync();
        await Phone.DisposeAsync();
    }
}
