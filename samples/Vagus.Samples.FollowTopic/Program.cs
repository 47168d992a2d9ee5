using System.Net.WebSockets;
using Vagus.Samples.FollowTopic;

// dotnet run --project samples/Vagus.Samples.FollowTopic -- http://localhost:3000 EMAIL lab.critical.alert [FILTER ...]
// Follows a topic of FHIR subscriptions over a websocket: Subscriptions R5 Backport 1.1.0, and nothing else of this server. The password
// comes from VAGUS_PASSWORD. It runs until it is stopped; started again with the same topic and filters, it is told what it missed.
if (args is not [var server, var email, var topic, .. var filters])
{
    await Console.Error.WriteLineAsync("SERVER EMAIL TOPIC [FILTER ...]");
    return 1;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
Progress? progress = null;
var password = Environment.GetEnvironmentVariable("VAGUS_PASSWORD") ?? "";
while (!stop.IsCancellationRequested)
{
    try
    {
        // A socket ends with the session by which it was bound: each round signs in again.
        using var fhir = await FhirClient.SignIn(new Uri(server), email, password, stop.Token);
        var subscription = await fhir.Find(topic, filters, stop.Token) ?? await fhir.Subscribe(topic, filters, stop.Token);
        var binding = await fhir.Bind(subscription, stop.Token);
        // Another subscription has numbers of its own.
        if (progress?.Subscription != subscription)
            progress = new Progress(subscription, told => Console.WriteLine($"event {told.Number}: {told.Focus ?? "nothing that may be shown"}"));
        await Notifications.Follow(fhir, binding, progress, stop.Token);
    }
    catch (Exception lost) when (lost is WebSocketException or HttpRequestException or IOException)
    {
        await Console.Error.WriteLineAsync($"lost the server ({lost.GetType().Name}); trying again");
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        break;
    }

    await Task.Delay(TimeSpan.FromSeconds(1), stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

return 0;
