using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Identity.Mail;
using Vagus.Identity.Recovery;
using Vagus.Kernel;

namespace Vagus.Identity;

/// <summary>What this room does by itself about accounts, in each process: send mails, answer forgotten passwords, sweep.</summary>
internal sealed partial class AccountsUpkeep(
    SendMail mail, AnswerForgotten forgotten, SweepOneTimeTokens sweep, TimeProvider clock, ILogger<AccountsUpkeep> logger)
        : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Repeat("mail", SendMail.Interval, mail.Send, stoppingToken),
        Repeat("forgotten passwords", AnswerForgotten.Interval, forgotten.Answer, stoppingToken),
        Repeat("one-time tokens", SweepOneTimeTokens.Interval, sweep.DeleteExpired, stoppingToken));

    private Task Repeat(string duty, TimeSpan every, Func<CancellationToken, Task> work, CancellationToken stopping) => Recurring.Run(
        every, clock, async cancel => await work(cancel), cause => Log.Failed(logger, duty, cause.GetType().Name), stopping);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Upkeep of {Duty} failed ({Cause}) and is tried again")]
        public static partial void Failed(ILogger logger, string duty, string cause);
    }
}
