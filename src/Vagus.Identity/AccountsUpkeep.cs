using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Access.Outgoing;
using Vagus.Identity.Delivering;
using Vagus.Identity.Recovery;
using Vagus.Kernel;

namespace Vagus.Identity;

/// <summary>What this room does by itself about accounts, in each process: send what is due, answer forgotten passwords, sweep.</summary>
internal sealed partial class AccountsUpkeep(
    SendDeliveries deliveries, AnswerForgotten forgotten, SweepOneTimeTokens sweep, TimeProvider clock, ILogger<AccountsUpkeep> logger)
        : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Task.WhenAll(SendDeliveries.Channels.Select(channel => Deliver(channel, urgent: true, stoppingToken))),
        Task.WhenAll(SendDeliveries.Channels.Select(channel => Deliver(channel, urgent: false, stoppingToken))),
        Repeat("forgotten passwords", AnswerForgotten.Interval, forgotten.Answer, stoppingToken),
        Repeat("one-time tokens", SweepOneTimeTokens.Interval, sweep.DeleteExpired, stoppingToken));

    private Task Deliver(NoticeChannel channel, bool urgent, CancellationToken stopping) => Repeat(
        $"{(urgent ? "urgent " : "")}deliveries by {channel.Name()}", SendDeliveries.Interval,
        cancel => deliveries.Send(channel, urgent, cancel), stopping);

    private Task Repeat(string duty, TimeSpan every, Func<CancellationToken, Task> work, CancellationToken stopping) => Recurring.Run(
        every, clock, async cancel => await work(cancel), cause => Log.Failed(logger, duty, FailureName.Of(cause)), stopping);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Upkeep of {Duty} failed ({Cause}) and is tried again")]
        public static partial void Failed(ILogger logger, string duty, string cause);
    }
}
