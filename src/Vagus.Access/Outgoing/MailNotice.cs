namespace Vagus.Access.Outgoing;

/// <summary>
/// A mail that a room sends to users: the same text for every person and every organization, so it holds nothing about a patient. A room
/// registers its notices as services; a name is stored in the queue and never changed.
/// </summary>
/// <param name="Name">Lower case with underscores, such as <c>new_message</c>.</param>
/// <param name="Body">Plain text. Of the application it says that something waits, never what.</param>
/// <param name="Page">A path of the web apps that the text ends with as a link, such as <c>/portal</c>; or null.</param>
public sealed record MailNotice(string Name, string Body, string? Page = null);
