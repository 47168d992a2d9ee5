using System.Collections.Concurrent;

namespace Vagus.Identity.Limits;

/// <summary>
/// A bounded cache: new entries go to the young half; when that is full it becomes the old half and the old half is dropped.
/// What is asked for moves to the young half again, so what is used stays.
/// </summary>
internal sealed class TwoGenerationCache<TKey, TValue>(int maxEntries)
    where TKey : notnull
{
    private readonly Lock turning = new();
    private volatile ConcurrentDictionary<TKey, TValue> young = new();
    private volatile ConcurrentDictionary<TKey, TValue> old = new();

    public int Count => young.Count + old.Count;

    public bool TryGet(TKey key, out TValue value)
    {
        if (young.TryGetValue(key, out value!)) return true;
        if (!old.TryRemove(key, out value!)) return false;
        Keep(key, value);
        return true;
    }

    public void Keep(TKey key, TValue value)
    {
        if (young.Count >= maxEntries / 2) Turn();
        young[key] = value;
    }

    /// <summary>The entry of the key, made now when there is none.</summary>
    public TValue GetOrAdd(TKey key, Func<TKey, TValue> make)
    {
        if (TryGet(key, out var known)) return known;
        if (young.Count >= maxEntries / 2) Turn();
        return young.GetOrAdd(key, make);
    }

    public void Remove(TKey key)
    {
        young.TryRemove(key, out _);
        old.TryRemove(key, out _);
    }

    public void Clear()
    {
        lock (turning)
        {
            young = new();
            old = new();
        }
    }

    private void Turn()
    {
        lock (turning)
        {
            if (young.Count < maxEntries / 2) return;
            old = young;
            young = new();
        }
    }
}
