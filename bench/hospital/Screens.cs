using Vagus.EndToEnd.Tests.Running;

namespace Vagus.Bench.Hospital;

/// <summary>Screens at all nodes in turn, each of which shows the patient of one bed.</summary>
internal sealed class Screens : IAsyncDisposable
{
    private const int AtOnce = 50;
    private readonly List<SignedIn> users;

    private Screens(List<Screen> all, List<SignedIn> users) => (All, this.users) = (all, users);

    public List<Screen> All { get; }

    public static async Task<Screens> Open(Place place, int count)
    {
        // One sign-in for the screens of a node: of sign-ins the server takes few at once.
        var users = place.Nodes.Select(node => node.SignIn("admin")).ToList();
        var all = new List<Screen>();
        foreach (var some in Enumerable.Range(0, count).Chunk(AtOnce))
        {
            var opened = some.Select(number =>
            {
                var node = number % place.Nodes.Count;
                return new Screen(place.Nodes[node], node, users[node], Day.PatientOf(number / place.Nodes.Count));
            }).ToList();
            await Task.WhenAll(opened.Select(screen => screen.Following)).WaitAsync(TimeSpan.FromMinutes(1));
            all.AddRange(opened);
        }

        return new Screens(all, users);
    }

    /// <summary>Forgets what was shown: each load is judged by itself.</summary>
    public void Clear()
    {
        foreach (var screen in All) screen.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(All.Select(screen => screen.DisposeAsync().AsTask()));
        foreach (var user in users) user.Dispose();
    }
}
