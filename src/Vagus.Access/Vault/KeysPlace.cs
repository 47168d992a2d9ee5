using Vagus.Storage.Apart;

namespace Vagus.Access.Vault;

/// <summary>Which of the databases apart holds the keys.</summary>
internal sealed class KeysPlace(ApartDatabase database) : IAsyncDisposable
{
    public ApartDatabase Database => database;

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
