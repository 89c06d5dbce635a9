namespace Sparkplug.Broker.Security;

/// <summary>Whether a client may do something, and which rule says so; <c>default</c> is a refusal without a rule.</summary>
/// <param name="IsAllowed">Whether it may.</param>
/// <param name="Rule">The line of the access file, or the words of the rule that is built in: for logs and the access test.</param>
internal readonly record struct AccessDecision(bool IsAllowed, string Rule);
