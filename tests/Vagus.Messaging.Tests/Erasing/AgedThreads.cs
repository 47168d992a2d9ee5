using Vagus.Storage.Sql;

namespace Vagus.Messaging.Tests.Erasing;

/// <summary>Makes a thread older than it is, and lets the duty look at all again.</summary>
internal static class AgedThreads
{
    public static readonly Statement Age = new("""
        update messaging_thread
        set last_message_at = last_message_at - @age
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    public static readonly Statement Hide = new("""
        update messaging_thread
        set erasing_at = @at
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    public static readonly Statement Show = new("""
        update messaging_thread
        set erasing_at = null
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    public static readonly Statement LookAgain = new("""
        update messaging_thread
        set kept_until = null
        where tenant_id = @tenant_id
        """);
}
