using Vagus.Samples.Consumer;

// dotnet run --project samples/Vagus.Samples.Consumer -- http://localhost:3000 EMAIL cursor.txt lab.*
// The password comes from the variable VAGUS_PASSWORD. It runs until it is stopped, and goes on from where it was.
if (args is not [var server, var email, var cursorFile, .. var types])
{
    await Console.Error.WriteLineAsync("SERVER EMAIL CURSOR-FILE [EVENT-TYPE ...]");
    return 1;
}

var password = Environment.GetEnvironmentVariable("VAGUS_PASSWORD") ?? "";
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var cursor = new CursorFile(cursorFile);
while (!stop.IsCancellationRequested)
{
    try
    {
        var token = await SignIn.Token(new Uri(server), email, password, stop.Token);
        await using var events = await EventStream.Open(new Uri(server), token, cursor.Read(), types, stop.Token);
        await events.Follow(new PrintEvents(cursor), stop.Token);
    }
    catch (Exception lost) when (lost is System.Net.WebSockets.WebSocketException or HttpRequestException or IOException)
    {
        // The server restarts, or the line broke: what was missed comes after the next sign-in.
        await Console.Error.WriteLineAsync($"lost the server ({lost.GetType().Name}); trying again");
        await Task.Delay(TimeSpan.FromSeconds(1), stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        break;
    }
}

return 0;
