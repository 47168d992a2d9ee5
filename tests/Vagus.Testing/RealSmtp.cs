using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Vagus.Testing;

/// <summary>A real SMTP server in this process, on 127.0.0.1.</summary>
public sealed class RealSmtp : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    private RealSmtp(int port, X509Certificate2? certificate)
    {
        Port = port;
        var services = new ServiceProvider();
        services.Add(new Store(this));
        services.Add(new Filter(this));
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, port));
            if (certificate is not null) endpoint.Certificate(certificate);
        });
        running = new SmtpServer.SmtpServer(options.Build(), services).StartAsync(stop.Token);
    }

    public int Port { get; }

    public Uri Address => new($"smtp://127.0.0.1:{Port}");

    public ConcurrentQueue<MimeMessage> Taken { get; } = new();

    /// <summary>How many mails are put off with 451 before one is taken.</summary>
    public int PutOff { get; set; }

    public bool RefusesRecipients { get; set; }

    public static RealSmtp Start(int? port = null, bool offersTls = false) => new(port ?? FreePort.Take(), offersTls ? SelfSigned() : null);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private sealed class Store(RealSmtp server) : MessageStore
    {
        public override Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            if (server.PutOff-- > 0) return Task.FromResult(new SmtpResponse((SmtpReplyCode)451, "later"));
            server.Taken.Enqueue(MimeMessage.Load(new MemoryStream(buffer.ToArray()), cancellationToken));
            return Task.FromResult(SmtpResponse.Ok);
        }
    }

    private sealed class Filter(RealSmtp server) : MailboxFilter
    {
        public override Task<bool> CanDeliverToAsync(
            ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
            Task.FromResult(!server.RefusesRecipients);
    }
}
