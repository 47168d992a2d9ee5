namespace Vagus.Fhir.Subscribing;

/// <summary>The ways to receivers that the server goes to.</summary>
internal sealed class Receivers(RestHook hook, MailChannel mail)
{
    public ValueTask<HookAnswer> Send(TakenNotification taken, CancellationToken cancel) =>
        taken.Row.Plan.IsMail ? mail.Send(taken, cancel) : hook.Send(taken, cancel);
}
