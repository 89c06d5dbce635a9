namespace Sparkplug.Broker.Security;

/// <summary>What <see cref="Authentication"/> says to a client that wants to connect.</summary>
internal enum Verdict
{
    Accepted,

    /// <summary>No user name, and anonymous access is off.</summary>
    AnonymousRefused,

    /// <summary>No user name, and the client is not on this machine.</summary>
    AnonymousFromElsewhere,

    /// <summary>The user is unknown or the password wrong; which of the two is nobody's business.</summary>
    WrongCredentials,

    /// <summary>Its password could not be checked in time; when it comes back, the check may be done.</summary>
    Busy,

    /// <summary>This user has failed too often from this address and must wait.</summary>
    SlowedDown,
}
