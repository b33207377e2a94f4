using MediatR;
using Otp.Domain.Common;

namespace Otp.Application.Common;

/// <summary>A request that may change something: its handler runs in a unit of work, and runs again when it loses a race.</summary>
/// <typeparam name="TResponse">The result.</typeparam>
public interface ICommand<TResponse> : IRequest<TResponse>
    where TResponse : IDomainResult<TResponse>;

/// <summary>A request that changes nothing.</summary>
/// <typeparam name="TResponse">The result.</typeparam>
public interface IQuery<TResponse> : IRequest<TResponse>
    where TResponse : IDomainResult<TResponse>;
